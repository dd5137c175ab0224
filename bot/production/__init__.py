"""The production profile on one machine: several assistants and action servers behind nginx, PostgreSQL and Redis, supervised."""
