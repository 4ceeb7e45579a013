"""The 20 standardized business systems (標準化対象20業務).

The set is the official one; identifiers are the kit's. `business_ids` (業務ID) come from a vendor's public code, not from
the official 「各種IDの管理方針」: a secondary source, to be confirmed before anything official relies on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class System(StrEnum):
    """The identifier of a system as stack names, tags and resources spell it: hyphens, since several clouds refuse underscores."""

    RESIDENT_RECORD = "resident-record"
    SEAL_REGISTRATION = "seal-registration"
    FAMILY_REGISTER = "family-register"
    FAMILY_REGISTER_SUPPLEMENT = "family-register-supplement"
    ELECTORAL_ROLL = "electoral-roll"
    INDIVIDUAL_INHABITANT_TAX = "individual-inhabitant-tax"
    CORPORATE_INHABITANT_TAX = "corporate-inhabitant-tax"
    FIXED_ASSET_TAX = "fixed-asset-tax"
    LIGHT_VEHICLE_TAX = "light-vehicle-tax"
    SCHOOL_ENROLLMENT = "school-enrollment"
    HEALTH_MANAGEMENT = "health-management"
    CHILD_REARING_ALLOWANCE = "child-rearing-allowance"
    PUBLIC_ASSISTANCE = "public-assistance"
    DISABILITY_WELFARE = "disability-welfare"
    LONG_TERM_CARE_INSURANCE = "long-term-care-insurance"
    NATIONAL_HEALTH_INSURANCE = "national-health-insurance"
    LATE_ELDERLY_MEDICAL = "late-elderly-medical"
    NATIONAL_PENSION = "national-pension"
    CHILD_ALLOWANCE = "child-allowance"
    CHILD_CHILDCARE_SUPPORT = "child-childcare-support"


@dataclass(frozen=True, kw_only=True)
class SystemFacts:
    """What is publicly known of one system."""

    japanese: str
    ministry: str
    business_ids: tuple[str, ...]
    """業務ID, three digits each. Secondary source."""


def _facts(japanese: str, ministry: str, *business_ids: str) -> SystemFacts:
    return SystemFacts(japanese=japanese, ministry=ministry, business_ids=business_ids)


SYSTEMS: Mapping[System, SystemFacts] = MappingProxyType(
    {
        System.RESIDENT_RECORD: _facts("住民基本台帳(住民記録)", "総務省", "001"),
        System.SEAL_REGISTRATION: _facts("印鑑登録", "総務省", "002"),
        System.FAMILY_REGISTER: _facts("戸籍", "法務省", "003"),
        System.FAMILY_REGISTER_SUPPLEMENT: _facts("戸籍の附票", "総務省", "004"),
        System.ELECTORAL_ROLL: _facts("選挙人名簿管理", "総務省", "005", "006", "007", "008", "009"),
        System.INDIVIDUAL_INHABITANT_TAX: _facts("個人住民税", "総務省", "010"),
        System.CORPORATE_INHABITANT_TAX: _facts("法人住民税", "総務省", "011"),
        System.FIXED_ASSET_TAX: _facts("固定資産税", "総務省", "012"),
        System.LIGHT_VEHICLE_TAX: _facts("軽自動車税", "総務省", "013"),
        System.SCHOOL_ENROLLMENT: _facts("就学", "文部科学省", "017", "018"),
        System.HEALTH_MANAGEMENT: _facts("健康管理", "厚生労働省・こども家庭庁", "019"),
        System.CHILD_REARING_ALLOWANCE: _facts("児童扶養手当", "こども家庭庁", "020"),
        System.PUBLIC_ASSISTANCE: _facts("生活保護", "厚生労働省", "021"),
        System.DISABILITY_WELFARE: _facts("障害者福祉", "厚生労働省", "022"),
        System.LONG_TERM_CARE_INSURANCE: _facts("介護保険", "厚生労働省", "023"),
        System.NATIONAL_HEALTH_INSURANCE: _facts("国民健康保険", "厚生労働省", "024"),
        System.LATE_ELDERLY_MEDICAL: _facts("後期高齢者医療", "厚生労働省", "025"),
        System.NATIONAL_PENSION: _facts("国民年金", "厚生労働省", "026"),
        System.CHILD_ALLOWANCE: _facts("児童手当", "こども家庭庁", "027"),
        System.CHILD_CHILDCARE_SUPPORT: _facts("子ども・子育て支援", "こども家庭庁", "028"),
    }
)
"""業務ID 014 to 016 (collection, arrears, tax in common) belong to no single system and are left out."""
