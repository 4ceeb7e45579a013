"""Landing units: the account, subscription, project or child tenancy that Digital Agency has handed out. Never created here."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from stacks.settings.fields import Allowed, Structured
from stacks.settings.host_names import VAULT_ENTRY, HostName, with_certificate
from stacks.settings.messages import Refusal, Refused, Text
from stacks.settings.units import AwsLanding, AzureLanding, GcpLanding, OciLanding
from stacks.settings.vocabulary import Cloud

_GUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
LANDING_KEYS: Mapping[Cloud, tuple[str, ...]] = MappingProxyType(
    {
        Cloud.AWS: ("aws_account_id", "aws_certificate_arn"),
        Cloud.AZURE: ("azure_subscription_id", "azure_tenant_id"),
        Cloud.GCP: ("gcp_project_id", "gcp_project_number", "gcp_certificate_id"),
        Cloud.OCI: ("oci_tenancy_id", "oci_certificate_id"),
    }
)
"""The settings that a cloud needs. Certificates are inputs, since a closed network has no public DNS to validate one;
Azure's container environment brings its own for the name that it gives; for others it takes one, `azure_certificate_id`."""


class Landing(BaseModel):
    """The cloud and the keys of its landing unit. Units of other clouds may be there too and are checked all the same."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    cloud: Annotated[Cloud, Allowed(ja="aws、azure、gcp、oci", en="aws, azure, gcp, oci", example="azure")]
    aws_account_id: Annotated[
        Annotated[str, Field(pattern="^[0-9]{12}$")] | None,
        Allowed(
            ja="引用符で囲んだ12桁の AWS アカウント ID",
            en="the AWS account id: twelve digits in quotation marks",
            example="123456789012",
        ),
    ] = None
    aws_certificate_arn: Annotated[
        Annotated[str, Field(pattern="^arn:aws:acm:ap-northeast-[13]:[0-9]{12}:certificate/[0-9a-f-]{36}$")] | None,
        Allowed(
            ja="内部ロードバランサーの証明書の ARN、同じアカウントの東京か大阪の ACM",
            en="the ARN of the internal load balancer's certificate, in ACM of the same account, Tokyo or Osaka",
            example="arn:aws:acm:ap-northeast-1:123456789012:certificate/00000000-0000-4000-8000-000000000000",
        ),
    ] = None
    azure_subscription_id: Annotated[
        Annotated[str, Field(pattern=_GUID)] | None,
        Allowed(
            ja="サブスクリプション ID (GUID)",
            en="the subscription id, a GUID",
            example="00000000-0000-4000-8000-000000000000",
        ),
    ] = None
    azure_tenant_id: Annotated[
        Annotated[str, Field(pattern=_GUID)] | None,
        Allowed(ja="テナント ID (GUID)", en="the tenant id, a GUID", example="00000000-0000-4000-8000-000000000001"),
    ] = None
    azure_certificate_id: Annotated[
        Annotated[str, Field(pattern=VAULT_ENTRY)] | None,
        Allowed(
            ja="azure_host_names の証明書 (Key Vault のシークレットのリソース ID、版なし、同じサブスクリプション)",
            en="the certificate for azure_host_names: the resource id of its secret in Key Vault, without version, in the same subscription",
            example="/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/certificates/providers/Microsoft.KeyVault/vaults/example-entry/secrets/entry",
        ),
    ] = None
    azure_host_names: Annotated[
        Annotated[
            tuple[HostName, ...],
            Field(min_length=1, max_length=20, json_schema_extra={"uniqueItems": True}),
            Structured(),
        ]
        | None,
        Allowed(
            ja="Azure の入口が応答する団体の名前のリスト (1から20件、英小文字、ワイルドカード不可)。azure_certificate_id とともに",
            en="the municipality's names that the entry answers for on Azure: a list of 1 to 20, lower case, no wildcards; with azure_certificate_id",
            example='["juki.example.lg.jp"]',
        ),
    ] = None
    gcp_project_id: Annotated[
        Annotated[str, Field(pattern="^[a-z][a-z0-9-]{4,28}[a-z0-9]$")] | None,
        Allowed(
            ja="プロジェクト ID (英小文字で始まる6から30字)",
            en="the project id: 6 to 30 lower-case letters, digits and hyphens, a letter first",
            example="example-project-a1b2",
        ),
    ] = None
    gcp_project_number: Annotated[
        Annotated[str, Field(pattern="^[1-9][0-9]{5,18}$")] | None,
        Allowed(
            ja="引用符で囲んだプロジェクト番号", en="the project number, in quotation marks", example="123456789012"
        ),
    ] = None
    gcp_certificate_id: Annotated[
        Annotated[
            str,
            Field(
                pattern="^projects/[a-z0-9-]+/locations/asia-northeast[12]/certificates/[a-z][a-z0-9-]{0,61}[a-z0-9]$"
            ),
        ]
        | None,
        Allowed(
            ja="内部ロードバランサーの証明書 (Certificate Manager、同じプロジェクト、東京か大阪)",
            en="the internal load balancer's certificate in Certificate Manager of the same project, Tokyo or Osaka",
            example="projects/example-project-a1b2/locations/asia-northeast1/certificates/entry",
        ),
    ] = None
    oci_tenancy_id: Annotated[
        Annotated[str, Field(pattern=r"^ocid1\.tenancy\.oc[0-9]+\.\.[a-z0-9]{8,100}$")] | None,
        Allowed(ja="子テナンシの OCID", en="the child tenancy's OCID", example="ocid1.tenancy.oc1..exampleuniqueid"),
    ] = None
    oci_compartment_id: Annotated[
        Annotated[str, Field(pattern=r"^ocid1\.(tenancy|compartment)\.oc[0-9]+\.\.[a-z0-9]{8,100}$")] | None,
        Allowed(
            ja="コンパートメントの OCID (既定は子テナンシのルート)",
            en="a compartment's OCID (default: the child tenancy's root)",
            example="ocid1.compartment.oc1..exampleuniqueid",
        ),
    ] = None
    oci_certificate_id: Annotated[
        Annotated[str, Field(pattern=r"^ocid1\.certificate\.oc[0-9]+\.ap-(tokyo|osaka)-1\.[a-z0-9]{8,100}$")] | None,
        Allowed(
            ja="内部ロードバランサーの証明書の OCID、東京か大阪",
            en="the OCID of the internal load balancer's certificate, Tokyo or Osaka",
            example="ocid1.certificate.oc1.ap-tokyo-1.exampleuniqueid",
        ),
    ] = None

    @field_validator("cloud", mode="before")
    @classmethod
    def _cloud_is_offered(cls, value: object) -> object:
        if value == "sakura":
            reason = Text(ja="さくらのクラウドはまだ提供していません。", en="Sakura Cloud is not offered yet.")
            raise Refused(Refusal(reason=reason))
        return value

    @field_validator(*sorted({key for keys in LANDING_KEYS.values() for key in keys}))
    @classmethod
    def _chosen_cloud_has_its_landing_unit(cls, value: str | None, info: ValidationInfo) -> str | None:
        cloud = info.data.get("cloud")
        if value is None and cloud is not None and info.field_name in LANDING_KEYS[cloud]:
            reason = Text(
                ja=f"machikumo:cloud が {cloud} なので必要です。", en=f"missing, and machikumo:cloud is {cloud}."
            )
            raise Refused(Refusal(reason=reason))
        return value

    @field_validator("aws_certificate_arn")
    @classmethod
    def _arn_is_of_the_account(cls, value: str | None, info: ValidationInfo) -> str | None:
        return _same_unit(value, re.split("[:/]", value or "")[4:5], "aws_account_id", info)

    @field_validator("azure_certificate_id")
    @classmethod
    def _vault_is_of_the_subscription(cls, value: str | None, info: ValidationInfo) -> str | None:
        return _same_unit(value, re.split("/", value or "")[2:3], "azure_subscription_id", info)

    @field_validator("azure_host_names")
    @classmethod
    def _names_have_a_certificate(cls, value: tuple[str, ...] | None, info: ValidationInfo) -> tuple[str, ...] | None:
        return with_certificate(value, info.data)

    @field_validator("gcp_certificate_id")
    @classmethod
    def _certificate_is_of_the_project(cls, value: str | None, info: ValidationInfo) -> str | None:
        project = re.split("/", value or "")[1:2]
        return (
            value
            if project == [info.data.get("gcp_project_number")]
            else _same_unit(value, project, "gcp_project_id", info)
        )

    @field_validator("oci_compartment_id")
    @classmethod
    def _root_compartment_is_the_tenancy(cls, value: str | None, info: ValidationInfo) -> str | None:
        root = [value] if value is not None and value.startswith("ocid1.tenancy.") else []
        return _same_unit(value, root, "oci_tenancy_id", info)

    @property
    def aws(self) -> AwsLanding:
        """The AWS account; LookupError when the settings name none."""
        return AwsLanding(
            account_id=_set(self.aws_account_id, "aws_account_id"),
            certificate_arn=_set(self.aws_certificate_arn, "aws_certificate_arn"),
        )

    @property
    def azure(self) -> AzureLanding:
        """The Azure subscription; LookupError when the settings name none."""
        return AzureLanding(
            subscription_id=_set(self.azure_subscription_id, "azure_subscription_id"),
            tenant_id=_set(self.azure_tenant_id, "azure_tenant_id"),
            certificate_id=self.azure_certificate_id,
            host_names=self.azure_host_names or (),
        )

    @property
    def gcp(self) -> GcpLanding:
        """The Google Cloud project; LookupError when the settings name none."""
        return GcpLanding(
            project_id=_set(self.gcp_project_id, "gcp_project_id"),
            project_number=_set(self.gcp_project_number, "gcp_project_number"),
            certificate_id=_set(self.gcp_certificate_id, "gcp_certificate_id"),
        )

    @property
    def oci(self) -> OciLanding:
        """The OCI child tenancy; LookupError when the settings name none."""
        tenancy_id = _set(self.oci_tenancy_id, "oci_tenancy_id")
        return OciLanding(
            tenancy_id=tenancy_id,
            compartment_id=self.oci_compartment_id or tenancy_id,
            certificate_id=_set(self.oci_certificate_id, "oci_certificate_id"),
        )


def _set(value: str | None, key: str) -> str:
    if value is None:
        raise LookupError(f"machikumo:{key} is not set: the chosen cloud is another one")
    return value


def _same_unit(value: str | None, found: list[str], key: str, info: ValidationInfo) -> str | None:
    """The value when what it names is the landing unit of that key, or when one of the two is not known; else Refused."""
    unit = info.data.get(key)
    if value is not None and unit is not None and found and [one.lower() for one in found] != [unit.lower()]:
        reason = Text(ja=f"machikumo:{key} ({unit}) のものではありません。", en=f"not of machikumo:{key} ({unit}).")
        raise Refused(Refusal(reason=reason))
    return value
