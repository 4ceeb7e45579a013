"""Keys, identities, secrets, databases: the provider's calls for each type."""

from typing import Any, Final

from tests.moto.emulator import Calls, Emulator, Inputs, deleting, only, pascal, renamed

Made = dict[str, Any]


def key(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(
        inputs,
        policy="Policy",
        description="Description",
        keyUsage="KeyUsage",
        customerMasterKeySpec="KeySpec",
        multiRegion="MultiRegion",
    )
    made = aws.kms.create_key(**names)["KeyMetadata"]
    if inputs.get("enableKeyRotation"):
        days = renamed(inputs, rotationPeriodInDays="RotationPeriodInDays")
        aws.kms.enable_key_rotation(KeyId=made["KeyId"], **days)
    return {"id": made["KeyId"], "arn": made["Arn"]}


def delete_key(aws: Emulator, made: Inputs) -> None:
    days = renamed(made, deletionWindowInDays="PendingWindowInDays")
    aws.kms.schedule_key_deletion(KeyId=made["id"], **days)


def alias(aws: Emulator, inputs: Inputs) -> Made:
    aws.kms.create_alias(AliasName=inputs["name"], TargetKeyId=inputs["targetKeyId"])
    return {"id": inputs["name"]}


def role(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(
        inputs,
        name="RoleName",
        assumeRolePolicy="AssumeRolePolicyDocument",
        path="Path",
        description="Description",
        maxSessionDuration="MaxSessionDuration",
    )
    made = aws.iam.create_role(**names)["Role"]
    return {"id": inputs["name"], "arn": made["Arn"]}


def role_policy(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(inputs, role="RoleName", name="PolicyName", policy="PolicyDocument")
    aws.iam.put_role_policy(**names)
    return {"id": f"{inputs['role']}:{inputs['name']}"}


def secret(aws: Emulator, inputs: Inputs) -> Made:
    made = aws.secretsmanager.create_secret(**pascal(only(inputs, "name", "description", "kmsKeyId")))["ARN"]
    return {"id": made, "arn": made}


def delete_secret(aws: Emulator, made: Inputs) -> None:
    days = made.get("recoveryWindowInDays", 30)
    how = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
    aws.secretsmanager.delete_secret(SecretId=made["id"], **how)


def secret_version(aws: Emulator, inputs: Inputs) -> Made:
    return {"id": aws.secretsmanager.put_secret_value(**pascal(inputs))["VersionId"]}


def secret_policy(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(inputs, secretArn="SecretId", policy="ResourcePolicy", blockPublicPolicy="BlockPublicPolicy")
    return {"id": aws.secretsmanager.put_resource_policy(**names)["ARN"]}


def subnet_group(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(inputs, name="DBSubnetGroupName", subnetIds="SubnetIds")
    words = inputs.get("description", "Managed by Pulumi")
    aws.rds.create_db_subnet_group(DBSubnetGroupDescription=words, **names)
    return {"id": inputs["name"], "name": inputs["name"]}


def parameter_group(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(inputs, name="DBParameterGroupName", family="DBParameterGroupFamily")
    aws.rds.create_db_parameter_group(Description=inputs.get("description", "Managed by Pulumi"), **names)
    _parameters(aws, inputs)
    return {"id": inputs["name"], "name": inputs["name"]}


def _parameters(aws: Emulator, inputs: Inputs) -> None:
    if inputs.get("parameters"):
        named = [
            {
                "ParameterName": one["name"],
                "ParameterValue": one["value"],
                "ApplyMethod": one.get("applyMethod", "immediate"),
            }
            for one in inputs["parameters"]
        ]
        aws.rds.modify_db_parameter_group(DBParameterGroupName=inputs["name"], Parameters=named)


_INSTANCE: Final = {
    "identifier": "DBInstanceIdentifier",
    "instanceClass": "DBInstanceClass",
    "dbName": "DBName",
    "username": "MasterUsername",
    "password": "MasterUserPassword",
    "dbSubnetGroupName": "DBSubnetGroupName",
    "parameterGroupName": "DBParameterGroupName",
    "multiAz": "MultiAZ",
    "backupWindow": "PreferredBackupWindow",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
}
"""Where the API's name is not Pulumi's with a capital."""
_PROVIDERS_OWN: Final = ("skipFinalSnapshot", "finalSnapshotIdentifier", "applyImmediately")


def _database(inputs: Inputs) -> dict[str, Any]:
    asked = {key: value for key, value in inputs.items() if key not in _PROVIDERS_OWN}
    return {_INSTANCE.get(key, key[0].upper() + key[1:]): value for key, value in asked.items()}


def database(aws: Emulator, inputs: Inputs) -> Made:
    made = aws.rds.create_db_instance(**_database(inputs))["DBInstance"]
    return {"id": made["DbiResourceId"], "arn": made["DBInstanceArn"]}


def change_database(aws: Emulator, made: Inputs, inputs: Inputs) -> None:
    changed = {key: value for key, value in inputs.items() if made.get(key) != value}
    named = _database({"identifier": inputs["identifier"], **changed})
    aws.rds.modify_db_instance(ApplyImmediately=True, **named)


def delete_database(aws: Emulator, made: Inputs) -> None:
    last = renamed(made, finalSnapshotIdentifier="FinalDBSnapshotIdentifier")
    aws.rds.delete_db_instance(
        DBInstanceIdentifier=made["identifier"], SkipFinalSnapshot=made.get("skipFinalSnapshot", False), **last
    )


CALLS: Final = {
    "aws:kms/key:Key": Calls(key, delete_key),
    "aws:kms/alias:Alias": Calls(alias, deleting("kms", "delete_alias", name="AliasName")),
    "aws:iam/role:Role": Calls(role, deleting("iam", "delete_role", name="RoleName")),
    "aws:iam/rolePolicy:RolePolicy": Calls(
        role_policy, deleting("iam", "delete_role_policy", role="RoleName", name="PolicyName")
    ),
    "aws:secretsmanager/secret:Secret": Calls(secret, delete_secret),
    # The provider takes the stages off; there is no call that deletes a version.
    "aws:secretsmanager/secretVersion:SecretVersion": Calls(secret_version, lambda _aws, _made: None),
    "aws:secretsmanager/secretPolicy:SecretPolicy": Calls(
        secret_policy, deleting("secretsmanager", "delete_resource_policy", secretArn="SecretId")
    ),
    "aws:rds/subnetGroup:SubnetGroup": Calls(
        subnet_group, deleting("rds", "delete_db_subnet_group", name="DBSubnetGroupName")
    ),
    "aws:rds/parameterGroup:ParameterGroup": Calls(
        parameter_group, deleting("rds", "delete_db_parameter_group", name="DBParameterGroupName")
    ),
    "aws:rds/instance:Instance": Calls(database, delete_database, change_database),
}
