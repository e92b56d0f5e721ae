from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with OWASP's smaller setting: 19 MiB and two passes.

    Django's default takes 100 MiB a hash, which a small server with a few people signing in at
    once does not have.
    """

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1
