# Everything that people do with the project. `make run` and `make test` need nothing prepared.
SHELL := /bin/bash
PYTHON := .venv/bin/python
export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 3

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run run-production shell train test eval lint bench audit lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-15s %s\n", $$1, $$2}'

setup:
	@scripts/setup.sh

setup-dev:
	@scripts/setup.sh dev

run: setup ## set up, train if needed, start the assistant with the web chat on http://127.0.0.1:5005/
	@$(PYTHON) -W ignore -m bot run

run-production: setup-dev ## several servers behind nginx with PostgreSQL and Redis, supervised (docs/operations.md)
	@$(PYTHON) -W ignore -m bot train
	@exec $(PYTHON) -W ignore -m bot production

shell: setup ## talk to the assistant in the terminal
	@$(PYTHON) -W ignore -m bot shell

train: setup ## train the model if what it learns from has changed
	@$(PYTHON) -W ignore -m bot train

test: setup-dev ## set up and pass the whole test suite
	@scripts/test.sh

eval: setup-dev ## judge the model on the held-out questions; writes var/understanding.html
	@mkdir -p var
	@$(PYTHON) -W ignore -m bot eval --learning-curve --report var/understanding.html --floors tests/data/floors/questions.yml
	@scripts/held_out.sh fresh limits

lint: setup-dev ## ruff, mypy, the guidance, Rasa's own check of the training data
	@scripts/lint.sh

bench: setup-dev ## measure size, boot, memory and latency
	@$(PYTHON) -W ignore -m benchmarks

audit: setup-dev ## look the pinned packages up in the public lists of weaknesses (docs/dependencies.md)
	@scripts/audit.sh

lock: ## resolve the pinned dependencies anew
	@scripts/lock.sh

clean: ## remove what was made: environment, models, databases
	rm -rf .venv .tools models var .rasa results
