"""What watches or bounds the whole account is there: in the stack, or named as supplied by the organisation above."""

from collections.abc import Iterator

from policies.facts.vocabulary import (
    AccessReview,
    Guardrails,
    IncidentContacts,
    Inventory,
    MalwareProtection,
    Oversight,
    PasswordPolicy,
    PostureMonitoring,
    SecondFactor,
    ThreatDetection,
    VulnerabilityScanning,
    known,
)
from policies.language import Message
from policies.rules.rule import Facts, Rule
from policies.rules.unseen import unseen


def _overseen(kind: type[Oversight], slug: str, condition: str, title_ja: str, *, cure: Message) -> Rule:
    """A rule about one kind. `cure`: what to switch on, in the imperative."""

    def check(subject: Oversight | Facts) -> Iterator[Message]:
        if isinstance(subject, Facts):
            if not subject.of(kind):
                raise unseen(slug, cure)
            return
        lacks = sorted(known(subject.lacks))
        if lacks:
            yield Message(
                f"{subject.name} leaves out: {', '.join(lacks)}. {cure.en}",
                f"{subject.name} に足りないもの: {', '.join(lacks)}。{cure.ja}",
            )

    return Rule(slug, condition, title_ja, None, (kind, Facts), check, organisation=True)


threat_detection = _overseen(
    ThreatDetection,
    "mon-threat-detection",
    "The cloud's threat detection is on for everything the account holds.",
    "脅威検知の有効化",
    cure=Message("Switch the cloud's threat detection on.", "クラウドの脅威検知を有効にしてください。"),
)
malware_protection = _overseen(
    MalwareProtection,
    "mon-malware-protection",
    "Machines and uploads are scanned for malware.",
    "マルウェア検査の有効化",
    cure=Message(
        "Scan machines and uploads for malware.", "マシンとアップロードのマルウェア検査を有効にしてください。"
    ),
)
vulnerability_scanning = _overseen(
    VulnerabilityScanning,
    "vuln-scanning-enabled",
    "Machines and images are scanned for vulnerabilities.",
    "ぜい弱性検査の有効化",
    cure=Message(
        "Scan machines and images for vulnerabilities.", "マシンとイメージのぜい弱性検査を有効にしてください。"
    ),
)
inventory = _overseen(
    Inventory,
    "gov-config-inventory",
    "The configuration of every resource of the account is recorded.",
    "構成・資産の目録",
    cure=Message("Record the configuration of every type of resource.", "すべての種別の資源の構成を記録してください。"),
)
posture = _overseen(
    PostureMonitoring,
    "gov-posture-monitoring",
    "The account is held against a security standard all the time.",
    "セキュリティ態勢の継続的評価",
    cure=Message(
        "Evaluate the account against a standard continuously.",
        "アカウントを基準に照らして継続的に評価してください。",
    ),
)
guardrails = _overseen(
    Guardrails,
    "gov-org-guardrails",
    "What would weaken the baseline is refused above the account.",
    "組織ガードレール",
    cure=Message(
        "Attach policies that refuse to weaken logs, keys, regions and public access.",
        "ログ、鍵、リージョン、公開設定を弱める操作を拒むポリシーを割り当ててください。",
    ),
)
contacts = _overseen(
    IncidentContacts,
    "inc-contacts-registered",
    "The provider knows whom to tell of an incident.",
    "緊急連絡先の登録",
    cure=Message("Register a security contact with the provider.", "事業者にセキュリティの連絡先を登録してください。"),
)
second_factor = _overseen(
    SecondFactor,
    "iam-mfa-required",
    "Every person signs in with a second factor.",
    "管理者の多要素認証",
    cure=Message("Demand a second factor of everyone.", "全員に多要素認証を求めてください。"),
)
password_policy = _overseen(
    PasswordPolicy,
    "iam-password-policy",
    "Local passwords are long enough and are not taken again.",
    "パスワード方針",
    cure=Message(
        "Demand 14 characters and refuse the last 24 passwords.",
        "14 文字以上とし、過去 24 回のパスワードの再利用を禁じてください。",
    ),
)
access_review = _overseen(
    AccessReview,
    "iam-access-review-enabled",
    "Who may do what is analysed all the time.",
    "アクセス権の継続的な点検",
    cure=Message("Switch access analysis on.", "アクセス権の分析を有効にしてください。"),
)
