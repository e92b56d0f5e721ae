"""The product's settings with the floor page beside its own."""

from helpdesk.settings import *  # noqa: F403

ROOT_URLCONF = "helpdesk.bench.floor"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
