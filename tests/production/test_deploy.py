"""The packaging: whatever a Dockerfile, compose.yml or manifest refers to is there, and nothing runs with needless rights."""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.production import proxy
from scripts.render_deploy import container_plan

PROJECT = Path(__file__).resolve().parents[2]
KUBERNETES = PROJECT / "deploy" / "kubernetes"
OVERLAYS = ("production", "self-contained")
Manifest = dict[str, Any]


def read(path: Path) -> list[Manifest]:
    return [document for document in yaml.safe_load_all(path.read_text(encoding="utf-8")) if document]


def build(folder: Path) -> tuple[list[Manifest], set[tuple[str, str]], dict[str, str]]:
    """What Kustomize would gather: manifests, the names of generated ConfigMaps and Secrets, and images."""
    (plan,) = read(folder / "kustomization.yaml")
    manifests: list[Manifest] = []
    generated = {("ConfigMap", made["name"]) for made in plan.get("configMapGenerator", [])}
    generated |= {("Secret", made["name"]) for made in plan.get("secretGenerator", [])}
    images = {image["name"]: image["newName"] for image in plan.get("images", [])}
    for resource in plan["resources"]:
        path = (folder / resource).resolve()
        assert path.exists(), f"{folder} names {resource}, which is not there"
        if path.is_dir():
            inner, made, renamed = build(path)
            manifests, generated, images = manifests + inner, generated | made, images | renamed
        else:
            manifests += read(path)
    for made in plan.get("configMapGenerator", []):
        for file in made.get("files", []):
            assert (folder / file).is_file(), file
    return manifests, generated, images


@pytest.fixture(params=OVERLAYS)
def overlay(request: pytest.FixtureRequest) -> Path:
    return KUBERNETES / "overlays" / str(request.param)


def workloads(manifests: list[Manifest]) -> Iterator[tuple[Manifest, Manifest]]:
    """Each workload with its pod's description."""
    for manifest in manifests:
        if manifest["kind"] in ("Deployment", "StatefulSet", "Job"):
            yield manifest, manifest["spec"]["template"]


def test_every_name_in_a_manifest_is_there(overlay: Path) -> None:
    manifests, generated, images = build(overlay)
    named = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in manifests} | generated
    assert len({*named}) == len(manifests) + len(generated), "two resources have one name"
    labels = [template["metadata"]["labels"] for _, template in workloads(manifests)]
    assert labels
    for manifest in manifests:
        spec = manifest.get("spec", {})
        if manifest["kind"] == "Service":
            assert any(spec["selector"].items() <= have.items() for have in labels), manifest["metadata"]
        if manifest["kind"] in ("PodDisruptionBudget", "Deployment", "StatefulSet"):
            assert any(spec["selector"]["matchLabels"].items() <= have.items() for have in labels)
        if manifest["kind"] == "HorizontalPodAutoscaler":
            assert (spec["scaleTargetRef"]["kind"], spec["scaleTargetRef"]["name"]) in named
        if manifest["kind"] == "Ingress":
            for rule in spec["rules"]:
                for path in rule["http"]["paths"]:
                    assert ("Service", path["backend"]["service"]["name"]) in named
    for _, template in workloads(manifests):
        pod = template["spec"]
        volumes = {volume["name"] for volume in pod.get("volumes", [])}
        for volume in pod.get("volumes", []):
            if "secret" in volume:
                assert ("Secret", volume["secret"]["secretName"]) in named
            if "configMap" in volume:
                assert ("ConfigMap", volume["configMap"]["name"]) in named
        for container in pod["containers"]:
            for source in container.get("envFrom", []):
                ((kind, reference),) = source.items()
                assert ("Secret" if kind == "secretRef" else "ConfigMap", reference["name"]) in named
            ports = {port["name"] for port in container.get("ports", [])}
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                ask = container.get(probe, {})
                port = (ask.get("httpGet") or ask.get("tcpSocket") or {}).get("port")
                assert port is None or port in ports
            claimed = {claim["metadata"]["name"] for claim in _claims(manifests)}
            assert {mount["name"] for mount in container["volumeMounts"]} <= volumes | claimed
            own = container["image"].startswith("qiao-")
            assert not own or overlay.name != "production" or container["image"] in images


def _claims(manifests: list[Manifest]) -> list[Manifest]:
    return [claim for manifest in manifests for claim in manifest.get("spec", {}).get("volumeClaimTemplates", [])]


def test_nothing_runs_with_more_rights_than_it_needs(overlay: Path) -> None:
    manifests, _, _ = build(overlay)
    for manifest, template in workloads(manifests):
        name, pod = manifest["metadata"]["name"], template["spec"]
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True and pod["securityContext"]["runAsUser"] > 0, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for container in pod["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] and context["allowPrivilegeEscalation"] is False, name
            assert context["capabilities"] == {"drop": ["ALL"]}, name
            assert container["resources"]["limits"].keys() == {"cpu", "memory"} == container["resources"]["requests"].keys(), name
            if manifest["kind"] != "Job":
                assert container["livenessProbe"] and container["readinessProbe"], name
            for variable in container.get("env", []):
                assert not re.search("PASSWORD$|SECRET$|TOKEN$", variable["name"]), "secrets come from Secrets"


def test_only_the_proxy_is_let_in_from_outside() -> None:
    manifests, _, _ = build(KUBERNETES / "overlays" / "production")
    policies = {m["metadata"]["name"]: m["spec"] for m in manifests if m["kind"] == "NetworkPolicy"}
    assert policies["nothing-by-default"]["policyTypes"] == ["Ingress", "Egress"]
    senders = {name: [source for rule in spec.get("ingress", []) for source in rule["from"]] for name, spec in policies.items()}
    assert senders["assistant"][0] == {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "proxy"}}}
    assert senders["actions"][0] == {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "assistant"}}}
    (ingress,) = [m for m in manifests if m["kind"] == "Ingress"]
    assert {path["backend"]["service"]["name"] for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]} == {
        "proxy"
    }


def test_servers_leave_one_by_one_and_have_time_to_finish() -> None:
    manifests, _, _ = build(KUBERNETES / "overlays" / "production")
    (settings,) = [
        made
        for made in read(KUBERNETES / "base" / "kustomization.yaml")[0]["configMapGenerator"]
        if made["name"] == "qiao-settings"
    ]
    given = dict(line.split("=", 1) for line in settings["literals"])
    for manifest, template in workloads(manifests):
        if manifest["kind"] == "Deployment":
            assert manifest["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
            wanted = float(given["QIAO_DRAIN_SECONDS"]) + float(given["QIAO_DRAIN_NOTICE_SECONDS"])
            assert template["spec"]["terminationGracePeriodSeconds"] > wanted


def compose() -> Manifest:
    return read(PROJECT / "compose.yml")[0]


def test_compose_services_are_hardened_and_only_the_proxy_is_published() -> None:
    plan = compose()
    for name, service in plan["services"].items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name
        assert ("ports" in service) == (name == "proxy"), name
        assert "outside" not in service["networks"] or name == "proxy"
        for variable, value in service.get("environment", {}).items():
            assert not re.search("PASSWORD$|SECRET$|TOKEN$|_URL$", variable) or "://" in str(value) or "${" in str(value), (
                variable
            )
    assert plan["networks"]["inside"] == {"internal": True}
    for name in ("assistant", "actions"):
        assert plan["services"][name]["deploy"]["replicas"] == 2


def test_compose_secrets_are_made_by_the_script_and_kept(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    script = shutil.copy(PROJECT / "scripts" / "deploy_secrets.sh", tmp_path / "scripts")
    for _ in range(2):
        subprocess.run([script, "kubernetes"], check=True, capture_output=True)
        made = {path.name: path.read_text(encoding="ascii") for path in (tmp_path / "var" / "compose").iterdir()}
    again = {path.name: path.read_text(encoding="ascii") for path in (tmp_path / "var" / "compose").iterdir()}
    assert made == again
    plan = compose()
    for name, secret in plan["secrets"].items():
        assert Path(secret["file"]).name in made, name
    for service in plan["services"].values():
        assert set(service.get("secrets", [])) <= set(plan["secrets"])
        for variable, value in service.get("environment", {}).items():
            if variable.endswith("_FILE"):
                assert Path(value).name in service["secrets"], variable
    assert made["owner_password"] in made["owner_url"] and len(made["session_secret"]) == 64
    overlay = tmp_path / "deploy" / "kubernetes" / "overlays" / "self-contained"
    wanted = {
        env
        for made in read(KUBERNETES / "overlays" / "self-contained" / "kustomization.yaml")[0]["secretGenerator"]
        for env in made["envs"]
    }
    assert {f"secrets/{path.name}" for path in (overlay / "secrets").iterdir()} == wanted


def test_secrets_of_the_production_overlay_have_examples_with_the_same_names() -> None:
    folder = KUBERNETES / "overlays" / "production"
    for made in read(folder / "kustomization.yaml")[0]["secretGenerator"]:
        for env in made["envs"]:
            assert (folder / f"{env}.example").is_file()
    ignored = subprocess.run(["git", "check-ignore", "-q", str(folder / "secrets" / "owner.env")], cwd=PROJECT, check=False)
    assert ignored.returncode == 0


def test_settings_in_containers_are_settings_that_exist() -> None:
    known = set(re.findall(r"`(QIAO_[A-Z_]+)`", (PROJECT / "README.md").read_text(encoding="utf-8")))
    known |= {"QIAO_ASSISTANTS", "QIAO_PROXY_NETWORK"}  # the proxy image's own
    used = set(re.findall(r"\b(QIAO_[A-Z_]+?)(?:_FILE)?[=:\s]", (PROJECT / "compose.yml").read_text(encoding="utf-8"))) - {
        "QIAO_PUBLISH"
    }
    used |= set(re.findall(r"\b(QIAO_[A-Z_]+)=", (PROJECT / "Dockerfile").read_text(encoding="utf-8")))
    for path in (PROJECT / "deploy").rglob("*"):
        if path.suffix in (".yaml", ".example"):
            used |= set(re.findall(r"\b(QIAO_[A-Z_]+)\b", path.read_text(encoding="utf-8")))
    assert used and used <= known, used - known


def test_dockerfile_copies_what_is_there_and_what_the_builder_is_sent() -> None:
    text = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    stages = re.findall(r"^FROM \S+ AS (\S+)$", text, re.MULTILINE)
    assert {"assistant", "actions", "proxy"} <= set(stages)
    kept = [line[1:] for line in (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")]
    for line in re.findall(r"^COPY (.+)$", text, re.MULTILINE):
        parts = line.split()
        stage = next((part.removeprefix("--from=") for part in parts if part.startswith("--from=")), None)
        if stage:
            assert stage in stages, line
            continue
        for source in parts[:-1]:
            assert (PROJECT / source).exists(), line
            assert any(source == path or source.startswith(f"{path}/") or fnmatch.fnmatch(source, path) for path in kept), line
    for target in ("assistant", "actions"):
        stage = text[text.index(f" AS {target}\n") :].split("\nFROM ")[0]
        assert "USER 10001:10001" in stage and "HEALTHCHECK" in stage


def test_the_image_holds_what_a_server_reads_at_run_time(tmp_path: Path) -> None:
    """The assistant's files, as the Dockerfile copies them, suffice to read settings, domain, words and pages."""
    text = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    for stage in ("runtime", "assistant"):
        part = text[text.index(f" AS {stage}\n") :].split("\nFROM ")[0]
        for line in re.findall(r"^COPY (?!--from)(.+)$", part, re.MULTILINE):
            *sources, target = line.split()
            for source in sources:
                path = PROJECT / source
                if path.is_dir():
                    ignore = shutil.ignore_patterns("node_modules", "__pycache__")
                    shutil.copytree(path, tmp_path / target, ignore=ignore, dirs_exist_ok=True)
                elif not target.startswith("/"):
                    shutil.copy(path, tmp_path / target)
    check = (
        "from bot.settings import Settings; from bot.endpoints import write_endpoints; from bot.channels.intake import take_in; "
        "from bot.channels.notices import notice; import bot.server, actions.server; "
        "write_endpoints(Settings.from_environment()); print(take_in('/greet', 10), notice('unavailable'))"
    )
    environment = {**os.environ, "QIAO_VAR": str(tmp_path / "var")}
    python = str(PROJECT / ".venv" / "bin" / "python")
    result = subprocess.run(
        [python, "-W", "ignore", "-c", check], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def entrypoint(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    script = str(PROJECT / "deploy" / "docker" / "entrypoint.sh")
    given = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(["sh", script, *command], env=given, capture_output=True, text=True, check=False)


def test_entrypoint_reads_secrets_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("postgresql://a:p%40$'\"x@b/c?d=1", encoding="utf-8")
    result = entrypoint({"QIAO_RULES_URL_FILE": str(secret), "OTHER_FILE": "x"}, "env")
    lines = result.stdout.splitlines()
    assert "QIAO_RULES_URL=postgresql://a:p%40$'\"x@b/c?d=1" in lines and "OTHER_FILE=x" in lines
    assert not [line for line in lines if line.startswith("QIAO_RULES_URL_FILE")]


def test_entrypoint_names_a_secret_that_is_missing() -> None:
    result = entrypoint({"QIAO_RULES_URL_FILE": "/nowhere"}, "true")
    assert result.returncode == 1 and "QIAO_RULES_URL_FILE names /nowhere" in result.stderr


def test_nginx_accepts_the_containers_configuration(tmp_path: Path) -> None:
    text = proxy.render(container_plan())
    values = {"NGINX_LOCAL_RESOLVERS": "127.0.0.11", "QIAO_ASSISTANTS": "127.0.0.1:5005", "QIAO_PROXY_NETWORK": "10.0.0.0/8"}
    for name, value in values.items():
        assert f"${{{name}}}" in text
        text = text.replace(f"${{{name}}}", value)
    assert "${" not in text
    text = text.replace(" resolve;", ";")  # of nginx 1.27.3 and later, which the image has and this machine may not
    path = tmp_path / "nginx.conf"
    path.write_text(text.replace("/tmp/", f"{tmp_path}/"), encoding="utf-8")  # noqa: S108
    proxy.check(proxy.find_nginx(os.environ.get("QIAO_NGINX")), path)
