"""Ways to more rights on AWS, as data.

https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/ and https://pathfinding.cloud/paths/
"""

from collections.abc import Iterable

from policies.facts.aws.policy_document import Document, leaves_open, where_allowed

# Each right alone, whatever it is bound to.
_ALWAYS: dict[str, tuple[str, ...]] = {
    "grant-rights": (
        "iam:createpolicyversion",
        "iam:setdefaultpolicyversion",
        "iam:attachuserpolicy",
        "iam:attachgrouppolicy",
        "iam:attachrolepolicy",
        "iam:putuserpolicy",
        "iam:putgrouppolicy",
        "iam:putrolepolicy",
    ),
    "issue-credentials": (
        "iam:createaccesskey",
        "iam:createloginprofile",
        "iam:updateloginprofile",
        "iam:createservicespecificcredential",
        "iam:resetservicespecificcredential",
    ),
    "change-trust": ("iam:updateassumerolepolicy", "iam:updatesamlprovider"),
    "join-group": ("iam:addusertogroup",),
    "lift-limits": ("iam:deleterolepermissionsboundary", "iam:deleteuserpermissionsboundary"),
}
# Each right alone, where it is bound to nothing that has a name.
_UNBOUND: dict[str, tuple[str, ...]] = {
    "act-as": (
        "sts:assumerole",
        "lambda:updatefunctioncode",
        "ssm:sendcommand",
        "ssm:startsession",
        "ec2-instance-connect:sendsshpublickey",
        "ecs:executecommand",
        "glue:updatedevendpoint",
        "sagemaker:createpresignednotebookinstanceurl",
        "cloudformation:updatestack",
        "codebuild:startbuild",
    )
}
# With the right to pass a role that is not named, any of these starts code as it.
_PASS = "iam:passrole"  # noqa: S105 - an action
_STARTS: tuple[tuple[str, ...], ...] = (
    ("ec2:runinstances",),
    ("ec2:associateiaminstanceprofile",),
    ("ec2:requestspotinstances",),
    ("lambda:createfunction",),
    ("ecs:registertaskdefinition", "ecs:runtask"),
    ("ecs:registertaskdefinition", "ecs:starttask"),
    ("ecs:registertaskdefinition", "ecs:createservice"),
    ("ecs:registertaskdefinition", "ecs:updateservice"),
    ("cloudformation:createstack",),
    ("cloudformation:createstackset",),
    ("codebuild:createproject", "codebuild:startbuild"),
    ("glue:createdevendpoint",),
    ("glue:createjob",),
    ("sagemaker:createnotebookinstance",),
    ("sagemaker:createtrainingjob",),
    ("sagemaker:createprocessingjob",),
    ("datapipeline:createpipeline", "datapipeline:putpipelinedefinition"),
    ("elasticmapreduce:runjobflow",),
    ("apprunner:createservice",),
    ("batch:registerjobdefinition", "batch:submitjob"),
    ("states:createstatemachine", "states:startexecution"),
    ("ssm:startautomationexecution",),
    ("scheduler:createschedule",),
)
# A person may renew what is the person's own: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html
_OWN = "${aws:username}"


def escalations(documents: Iterable[Document]) -> frozenset[str]:
    """The words of ESCALATIONS for what the documents together allow."""
    known = list(documents)
    found = {
        word
        for word, alone in _ALWAYS.items()
        if any(_OWN not in resource for action in alone for resource in where_allowed(known, action))
    }
    found |= {word for word, alone in _UNBOUND.items() if any(_open(known, action) for action in alone)}
    if _open(known, _PASS) and any(all(where_allowed(known, one) for one in needed) for needed in _STARTS):
        found.add("run-as")
    return frozenset(found)


def _open(documents: list[Document], action: str) -> bool:
    return any(map(leaves_open, where_allowed(documents, action)))
