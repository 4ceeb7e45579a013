"""What a cloud takes as the password of the database's administrator, asked before anything is registered. The value is never shown or kept."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pulumi.runtime import config as engine_config

from stacks.settings.messages import NAMESPACE, Language, Problem, SettingsError, Text, plain
from stacks.settings.model import Settings
from stacks.settings.parsing import SECRETS, stop
from stacks.settings.vocabulary import Cloud

__all__ = ["passwords_refused", "refuse_passwords"]


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """`whole`: what all of it looks like. `kinds`: of these character classes it has `least` or more."""

    allowed: Text
    whole: str
    kinds: tuple[str, ...] = ()
    least: int = 0

    def takes(self, password: str) -> bool:
        return bool(re.fullmatch(self.whole, password, re.DOTALL)) and (
            sum(bool(re.search(kind, password)) for kind in self.kinds) >= self.least
        )


# Google Cloud asks for nothing unless an instance has a password policy, which the kit sets none of; what OCI asks for is not known
# from its public pages.
_RULES: Mapping[Cloud, _Rule] = {
    # https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, MasterUserPassword
    Cloud.AWS: _Rule(
        allowed=Text(
            ja='8〜128 字の ASCII の文字。/ " @ と空白は使えません',
            en='8 to 128 ASCII characters without / " @ and blanks',
        ),
        whole=r"[!#-.0-?A-~]{8,128}",
    ),
    # https://learn.microsoft.com/azure/postgresql/flexible-server/quickstart-create-server, "Password"
    Cloud.AZURE: _Rule(
        allowed=Text(
            ja="8〜128 字。英大文字、英小文字、数字、記号のうち三種類以上を含みます",
            en="8 to 128 characters of three kinds: upper case, lower case, digits, others",
        ),
        whole=r".{8,128}",
        kinds=("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]"),
        least=3,
    ),
}


def passwords_refused(settings: Settings, passwords: Mapping[str, str]) -> list[Problem]:
    """A problem for each password that the cloud of its side would refuse in the middle of an `up`. `passwords`: by key, without namespace."""
    sides = (("database_password", settings.cloud), ("swap_database_password", settings.swap_cloud))
    problems = []
    for key, cloud in sides:
        rule = _RULES.get(cloud) if cloud is not None else None
        if rule is not None and key in passwords and not rule.takes(passwords[key]):
            problems.append(
                Problem(
                    key=f"{NAMESPACE}:{key}",
                    value=None,
                    reason=Text(ja=f"{cloud} が受け付けません。", en=f"{cloud} does not take it."),
                    allowed=rule.allowed,
                    fix=plain(f"pulumi config set --secret {NAMESPACE}:{key}"),
                )
            )
    return problems


def refuse_passwords(settings: Settings) -> None:
    """End the program where a cloud would refuse the running stack's password for it."""
    given = engine_config.CONFIG.get()
    passwords = {key: given[full] for key in SECRETS if (full := f"{NAMESPACE}:{key}") in given}
    if problems := passwords_refused(settings, passwords):
        stop(SettingsError(problems, language=Language.of(os.environ)))
