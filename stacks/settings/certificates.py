"""Which setting names an entry's certificate, and in which region that lies, as its own name says it."""

from collections.abc import Mapping
from types import MappingProxyType

from stacks.settings.messages import Refusal, Refused, Text
from stacks.settings.vocabulary import Cloud, Region

CERTIFICATE_KEYS: Mapping[Cloud, str] = MappingProxyType(
    {
        Cloud.AWS: "aws_certificate_arn",
        Cloud.AZURE: "azure_certificate_id",
        Cloud.GCP: "gcp_certificate_id",
        Cloud.OCI: "oci_certificate_id",
    }
)
"""The setting that names the certificate for what users type."""
CERTIFICATE_LIES_IN: Mapping[str, Mapping[Region, str]] = MappingProxyType(
    {
        "aws_certificate_arn": {Region.TOKYO: ":ap-northeast-1:", Region.OSAKA: ":ap-northeast-3:"},
        "gcp_certificate_id": {Region.TOKYO: "/asia-northeast1/", Region.OSAKA: "/asia-northeast2/"},
        "oci_certificate_id": {Region.TOKYO: ".ap-tokyo-1.", Region.OSAKA: ".ap-osaka-1."},
    }
)
"""How a certificate's own name says its region; a load balancer takes certificates of its own region only. A vault's does not say it."""


def certificate_in(region: Region, key: str, named: str | None) -> None:
    """Refused when `key` names a certificate of another region. Keys that name no certificate pass, and so does None."""
    lies_in = CERTIFICATE_LIES_IN.get(key)
    if named is None or lies_in is None or lies_in[region] in named:
        return
    reason = Text(
        ja=f"machikumo:{key} は別のリージョンの証明書です。",
        en=f"machikumo:{key} is a certificate of another region.",
    )
    raise Refused(Refusal(reason=reason, fix=_fix(key, region)))


def _fix(key: str, region: Region) -> Text:
    """Both ways out: a certificate of this region, or the certificate's own region."""
    other = next(one for one in Region if one is not region)
    return Text(
        ja=f"machikumo:{key} を {region} の証明書にするか、pulumi config set machikumo:region {other}",
        en=f"name a certificate in {region} as machikumo:{key}, or pulumi config set machikumo:region {other}",
    )
