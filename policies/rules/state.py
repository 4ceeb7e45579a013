"""What the engine knows of a stack is kept as the stack's own data are."""

from collections.abc import Iterator

from policies.facts.vocabulary import Identity, ObjectStore, StateFile, Unknown, known
from policies.language import Message
from policies.rules.rule import Facts, rule
from policies.rules.unseen import unseen

_SLUG = "gov-iac-state-protected"
_KEEP = Message(
    "Encrypt secrets with a key service, keep the state in a store that says so by its tag, and let changes go through review.",
    "秘密情報を鍵管理サービスで暗号化し、状態を用途のタグを付けた保管庫に置き、変更をレビューを経る工程で行ってください。",
)


@rule(
    _SLUG,
    "The state is encrypted with a key service, its store keeps versions and records access, and changes go through review.",
    title_ja="コードと状態ファイルの保護",
    organisation=True,
)
def protected(subject: StateFile | ObjectStore | Facts) -> Iterator[Message]:
    """No state shows that changes go through review: the stack as a whole is never more than unknown, until somebody names who sees to it."""
    if isinstance(subject, Facts):
        yield from _used(subject)
        raise unseen(_SLUG, _KEEP, _missing(subject))
    if isinstance(subject, StateFile):
        if not known(subject.encrypted):
            yield Message(
                "Secrets in the state are only encoded. Change the secrets provider to a key service.",
                "状態の秘密情報が符号化されているだけです。シークレットプロバイダーを鍵管理サービスに変えてください。",
            )
    elif known(subject.purpose) == "state":
        yield from _kept(subject)


def _used(facts: Facts) -> Iterator[Message]:
    """A tag that says `state` takes no rule off what the workload keeps."""
    stores = {store.role: store for store in facts.of(ObjectStore) if store.purpose == "state"}
    for identity in facts.of(Identity):
        held = () if isinstance(identity.permissions, Unknown) else identity.permissions
        for role in sorted({target for _, target in held} & stores.keys()):
            yield Message(
                f"{identity.name} may use {stores[role].name}, which is tagged as a store of states. Tag it for what it holds.",
                f"{identity.name} が使える {stores[role].name} に、状態の保管庫のタグが付いています。中身に合うタグにしてください。",
            )


def _missing(facts: Facts) -> Iterator[str]:
    yield "reviewed-pipeline"
    if not any(state.key_service is True for state in facts.of(StateFile)):
        yield "key-service"
    if not any(store.purpose == "state" for store in facts.of(ObjectStore)):
        yield "state-store"


def _kept(store: ObjectStore) -> Iterator[Message]:
    if not known(store.versioned):
        yield Message(
            f"Store {store.name} holds states and keeps no former versions. Switch versioning on.",
            f"状態の保管庫 {store.name} に以前の版が残りません。版管理を有効にしてください。",
        )
    if not known(store.access_logged):
        yield Message(
            f"Store {store.name} holds states, and access to it is not recorded. Record reads and writes.",
            f"状態の保管庫 {store.name} へのアクセスが記録されません。読み書きを記録してください。",
        )
