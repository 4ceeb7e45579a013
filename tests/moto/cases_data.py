"""Keys, identities, secrets, databases."""

from typing import Final

from tests.moto.case import Case, Kind
from tests.moto.documents import document
from tests.moto.kinds_network import ABROAD, ENTRY, NETWORK, OTHER, SUBNET, A, B
from tests.moto.verdict import Verdict

VALUE, MISSING, TAKEN, IN_USE = Verdict.VALUE, Verdict.MISSING, Verdict.TAKEN, Verdict.IN_USE
NO_KEY: Final = "arn:aws:kms:ap-northeast-1:123456789012:key/00000000-0000-4000-8000-000000000000"
OWNER: Final = {"AWS": "arn:aws:iam::123456789012:root"}
USE: Final = document(Principal=OWNER, Action="kms:*", Resource="*")
KEY: Final = Kind("aws:kms/key:Key", {"description": "Records", "policy": USE})
K: Final = KEY.step("key")
ALIAS: Final = Kind("aws:kms/alias:Alias", {"name": "alias/records", "targetKeyId": "{key.id}"}, (K,))
TRUST: Final = document(Principal={"Service": "ecs-tasks.amazonaws.com"})
ROLE: Final = Kind("aws:iam/role:Role", {"name": "reader", "assumeRolePolicy": TRUST})
READER: Final = ROLE.step("reader")
READ: Final = document(Action="s3:GetObject", Resource="*")
POLICY: Final = Kind(
    "aws:iam/rolePolicy:RolePolicy", {"role": "{reader.id}", "name": "read", "policy": READ}, (READER,)
)
SECRET: Final = Kind("aws:secretsmanager/secret:Secret", {"name": "records/password"})
S: Final = SECRET.step("secret")
VERSION: Final = Kind(
    "aws:secretsmanager/secretVersion:SecretVersion", {"secretId": "{secret.id}", "secretString": "a-password"}, (S,)
)
READS: Final = document(Principal=OWNER, Action="secretsmanager:GetSecretValue", Resource="*")
SECRET_POLICY: Final = Kind(
    "aws:secretsmanager/secretPolicy:SecretPolicy", {"secretArn": "{secret.arn}", "policy": READS}, (S,)
)
SUBNETS: Final = Kind(
    "aws:rds/subnetGroup:SubnetGroup", {"name": "data", "subnetIds": ["{a.id}", "{b.id}"]}, (NETWORK, A, B)
)
DATA: Final = SUBNETS.step("data")
PARAMETERS: Final = Kind("aws:rds/parameterGroup:ParameterGroup", {"name": "strict", "family": "postgres17"})
STRICT: Final = PARAMETERS.step("strict")
INSTANCE: Final = Kind(
    "aws:rds/instance:Instance",
    {
        "identifier": "records",
        "engine": "postgres",
        "engineVersion": "17",
        "instanceClass": "db.m6g.large",
        "allocatedStorage": 100,
        "storageType": "gp3",
        "username": "machikumo",
        "password": "long-enough-1",
        "skipFinalSnapshot": True,
    },
)
PLACED: Final = Kind(
    INSTANCE.token,
    {
        **INSTANCE.sound,
        "dbSubnetGroupName": "{data.name}",
        "parameterGroupName": "{strict.name}",
        "vpcSecurityGroupIds": ["{entry.id}"],
    },
    (NETWORK, A, B, DATA, STRICT, ENTRY),
)


CASES: Final[tuple[Case, ...]] = (
    KEY.create("a key of the customer"),
    KEY.create("rotated once a year", enableKeyRotation=True),
    KEY.create("rotated every 90 days", enableKeyRotation=True, rotationPeriodInDays=90),
    KEY.create("rotated every 89 days", VALUE, enableKeyRotation=True, rotationPeriodInDays=89),
    KEY.create("rotated every 2561 days", VALUE, enableKeyRotation=True, rotationPeriodInDays=2561),
    KEY.create(
        "an asymmetric key that rotates",
        VALUE,
        customerMasterKeySpec="RSA_2048",
        keyUsage="SIGN_VERIFY",
        enableKeyRotation=True,
    ),
    KEY.create("an unknown kind of key", VALUE, customerMasterKeySpec="RSA_1024"),
    KEY.create("an unknown use", VALUE, keyUsage="HIDE"),
    KEY.create("a symmetric key that signs", VALUE, keyUsage="SIGN_VERIFY"),
    KEY.create("a policy that is no JSON", VALUE, policy="everyone"),
    KEY.create(
        "a policy that locks its owner out",
        VALUE,
        policy=document(Principal={"Service": "logs.amazonaws.com"}, Action="kms:Encrypt", Resource="*"),
    ),
    KEY.create("a description of 8193 characters", VALUE, description="d" * 8193),
    KEY.delete("scheduled"),
    KEY.delete("scheduled in 7 days", deletionWindowInDays=7),
    KEY.delete("a key with an alias", after=(ALIAS.step("alias", targetKeyId="{it.id}"),)),
    ALIAS.create("a name for a key"),
    ALIAS.create("no key", MISSING, targetKeyId=NO_KEY),
    ALIAS.create("a name of AWS's own", VALUE, name="alias/aws/records"),
    ALIAS.create("a name without alias/", VALUE, name="records"),
    ALIAS.create("a name with a space", VALUE, name="alias/the records"),
    ALIAS.second("the name of another", TAKEN),
    ALIAS.second("another name of the same key", name="alias/second"),
    ALIAS.delete("taken away"),
    ROLE.create("for a service"),
    ROLE.create("a name with a space", VALUE, name="the reader"),
    ROLE.create("trust that is no JSON", VALUE, assumeRolePolicy="everyone"),
    ROLE.create("trust with a Resource", VALUE, assumeRolePolicy=document(Principal="*", Resource="*")),
    ROLE.create("trust in nobody", VALUE, assumeRolePolicy=document()),
    ROLE.create(
        "trust in an action of another service", VALUE, assumeRolePolicy=document(Principal="*", Action="s3:GetObject")
    ),
    ROLE.create(
        "trust in a service that is none", VALUE, assumeRolePolicy=document(Principal={"Service": "town.amazonaws.com"})
    ),
    ROLE.create(
        "trust in a role that is not there",
        MISSING,
        assumeRolePolicy=document(Principal={"AWS": "arn:aws:iam::123456789012:role/none"}),
    ),
    ROLE.create("a path", path="/town/"),
    ROLE.create("a path without its slashes", VALUE, path="town"),
    ROLE.create("sessions of 12 hours", maxSessionDuration=43200),
    ROLE.create("sessions of less than an hour", VALUE, maxSessionDuration=3599),
    ROLE.create("sessions of more than 12 hours", VALUE, maxSessionDuration=43201),
    ROLE.create("a description of 1001 characters", VALUE, description="d" * 1001),
    ROLE.create("a description in Japanese", VALUE, description="閲覧者"),
    ROLE.second("the name of another", TAKEN),
    ROLE.second("the name of another in capitals", TAKEN, name="READER"),
    ROLE.delete("a role without policies"),
    ROLE.delete("a role with a policy", IN_USE, after=(POLICY.step("p", role="{it.id}"),)),
    POLICY.create("of a role"),
    POLICY.create("no role", MISSING, role="nobody"),
    POLICY.create("no JSON", VALUE, policy="everything"),
    POLICY.create(
        "no Version", policy='{"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'
    ),
    POLICY.create("an unknown Version", VALUE, policy='{"Version": "2026-01-01", "Statement": []}'),
    POLICY.create("a Principal", VALUE, policy=document(Principal="*", Action="s3:GetObject", Resource="*")),
    POLICY.create("no Action", VALUE, policy=document(Action=None, Resource="*")),
    POLICY.create("no Resource", VALUE, policy=document(Action="s3:GetObject")),
    POLICY.create("an Action without its service", VALUE, policy=document(Action="GetObject", Resource="*")),
    POLICY.create("a Resource that is no ARN", VALUE, policy=document(Action="s3:GetObject", Resource="store")),
    POLICY.create("Effect Permit", VALUE, policy=document(Effect="Permit", Action="s3:GetObject", Resource="*")),
    POLICY.create("an unknown element", VALUE, policy=document(Action="s3:GetObject", Resource="*", Because="so")),
    POLICY.create(
        "an unknown condition operator",
        VALUE,
        policy=document(Action="s3:GetObject", Resource="*", Condition={"Looks": {"aws:PrincipalTag/a": "b"}}),
    ),
    POLICY.create("a Sid with a space", VALUE, policy=document(Sid="read it", Action="s3:GetObject", Resource="*")),
    POLICY.create("a name with a space", VALUE, name="read it"),
    POLICY.create(
        "longer than 10240 characters",
        Verdict.LIMIT,
        policy=document(Action="s3:GetObject", Resource="arn:aws:s3:::" + "n" * 10240),
    ),
    POLICY.delete("taken away"),
    SECRET.create("a secret"),
    SECRET.create("under a key", before=(K,), kmsKeyId="{key.arn}"),
    SECRET.create("a key that is not there", MISSING, kmsKeyId=NO_KEY),
    SECRET.create("a name with a space", VALUE, name="the password"),
    SECRET.create("a name in Japanese", VALUE, name="暗証"),
    SECRET.second("the name of another", TAKEN),
    SECRET.delete("kept for 30 days"),
    SECRET.delete("gone at once", recoveryWindowInDays=0),
    VERSION.create("a value"),
    VERSION.create(
        "no secret", MISSING, secretId="arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:none-abcdef"
    ),
    VERSION.create("a value longer than 64 KiB", VALUE, secretString="s" * 65537),
    SECRET_POLICY.create("one reader"),
    SECRET_POLICY.create(
        "no secret", MISSING, secretArn="arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:none-abcdef"
    ),
    SECRET_POLICY.create("no JSON", VALUE, policy="everyone"),
    SECRET_POLICY.create("no Principal", VALUE, policy=document(Action="secretsmanager:GetSecretValue", Resource="*")),
    SECRET_POLICY.create(
        "everyone, where that is blocked",
        Verdict.STATE,
        policy=document(Principal="*", Action="secretsmanager:GetSecretValue", Resource="*"),
        blockPublicPolicy=True,
    ),
    SECRET_POLICY.delete("taken away"),
    SUBNETS.create("two subnets in two zones"),
    SUBNETS.create("one zone", VALUE, subnetIds=["{a.id}"]),
    SUBNETS.create(
        "two subnets of one zone",
        VALUE,
        before=(SUBNET.step("c", cidrBlock="10.0.3.0/24"),),
        subnetIds=["{a.id}", "{c.id}"],
    ),
    SUBNETS.create("no subnet of that id", MISSING, subnetIds=["{a.id}", "subnet-0123456789abcdef0"]),
    SUBNETS.create("subnets of two networks", VALUE, before=(OTHER, ABROAD), subnetIds=["{a.id}", "{abroad.id}"]),
    SUBNETS.create("the name default", VALUE, name="default"),
    SUBNETS.create("a name that begins with a digit", VALUE, name="1st"),
    SUBNETS.create("a name with a slash", VALUE, name="data/1"),
    SUBNETS.second("the name of another", TAKEN),
    SUBNETS.delete("an unused one"),
    SUBNETS.delete("one of a database", IN_USE, after=(INSTANCE.step("db", dbSubnetGroupName="data"),)),
    PARAMETERS.create("for PostgreSQL 17"),
    PARAMETERS.create("a setting", parameters=[{"name": "rds.force_ssl", "value": "1"}]),
    PARAMETERS.create("a setting that there is not", VALUE, parameters=[{"name": "force_everything", "value": "1"}]),
    PARAMETERS.create("a family that there is not", VALUE, family="postgres99"),
    PARAMETERS.create("a name with two hyphens", VALUE, name="so--strict"),
    PARAMETERS.create("a name that begins with a digit", VALUE, name="1st"),
    PARAMETERS.second("the name of another", TAKEN),
    PARAMETERS.delete("an unused one"),
    PARAMETERS.delete("one of a database", IN_USE, after=(INSTANCE.step("db", parameterGroupName="strict"),)),
    PLACED.create("a database"),
    INSTANCE.create("under a key", before=(K,), storageEncrypted=True, kmsKeyId="{key.arn}"),
    INSTANCE.create("a key that is not there", MISSING, storageEncrypted=True, kmsKeyId=NO_KEY),
    PLACED.create("no subnet group", MISSING, dbSubnetGroupName="none"),
    PLACED.create("no parameter group", MISSING, parameterGroupName="none"),
    PLACED.create("no security group", MISSING, vpcSecurityGroupIds=["sg-0123456789abcdef0"]),
    INSTANCE.create(
        "parameters of another version",
        VALUE,
        before=(PARAMETERS.step("old", name="old", family="postgres16"),),
        parameterGroupName="old",
    ),
    INSTANCE.create("a name that begins with a digit", VALUE, identifier="011002-records"),
    INSTANCE.create("a name with two hyphens", VALUE, identifier="a--b"),
    INSTANCE.create("an unknown engine", VALUE, engine="townsql", engineVersion=None),
    INSTANCE.create("a version that there is not", VALUE, engineVersion="99.1"),
    INSTANCE.create("a class that there is not", VALUE, instanceClass="m6g.large"),
    INSTANCE.create("the reserved user name", VALUE, username="admin"),
    INSTANCE.create("a user name that begins with pg_", VALUE, username="pg_owner"),
    INSTANCE.create("a password of 7 characters", VALUE, password="short-1"),
    INSTANCE.create("a password with a slash", VALUE, password="with/slash-1"),
    INSTANCE.create("no password", VALUE, password=None),
    INSTANCE.create("19 GiB", VALUE, allocatedStorage=19),
    INSTANCE.create("an unknown storage type", VALUE, storageType="tape"),
    INSTANCE.create("IOPS on a small disk", VALUE, iops=3000),
    INSTANCE.create("too few IOPS on a large disk", VALUE, allocatedStorage=400, iops=3000),
    INSTANCE.create("growth by less than a tenth", VALUE, maxAllocatedStorage=105),
    INSTANCE.create("backups of 35 days", backupRetentionPeriod=35),
    INSTANCE.create("backups of 36 days", VALUE, backupRetentionPeriod=36),
    INSTANCE.create("windows that overlap", VALUE, backupWindow="17:00-17:30", maintenanceWindow="sat:17:15-sat:17:45"),
    INSTANCE.create("a backup window of 15 minutes", VALUE, backupWindow="17:00-17:15"),
    INSTANCE.create("a day that is none", VALUE, maintenanceWindow="day:17:00-day:17:30"),
    INSTANCE.create("an unknown log", VALUE, enabledCloudwatchLogsExports=["slowquery"]),
    INSTANCE.create("port 80", VALUE, port=80),
    INSTANCE.create("a zone of its own with a standby", VALUE, multiAz=True, availabilityZone="ap-northeast-1a"),
    INSTANCE.create("a standby", multiAz=True),
    INSTANCE.second("the name of another", TAKEN),
    INSTANCE.change("a larger disk", allocatedStorage=200),
    INSTANCE.change("a smaller disk", VALUE, allocatedStorage=50),
    INSTANCE.delete("an unguarded one"),
    INSTANCE.delete("a guarded one", VALUE, deletionProtection=True),
    INSTANCE.delete("with a last snapshot", skipFinalSnapshot=False, finalSnapshotIdentifier="last"),
)
