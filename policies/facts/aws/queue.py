"""Amazon SQS, SNS, Kinesis and CloudWatch log groups.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html
"""

from collections.abc import Iterator

from policies.facts.answers import every, when
from policies.facts.aws.feeds import LOG_GROUP, STREAM
from policies.facts.aws.key import customers
from policies.facts.aws.policy_document import admits_anyone
from policies.facts.reading import document, flag, is_set, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import Fact, Maybe, Queue

_QUEUE = "aws:sqs/queue:Queue"
_TOPIC = "aws:sns/topic:Topic"
_DATA_STREAM = "aws:kinesis/stream:Stream"
KNOWN = frozenset({_QUEUE, _TOPIC, _DATA_STREAM})

_KEY_AT = {_QUEUE: "kmsMasterKeyId", _TOPIC: "kmsMasterKeyId", LOG_GROUP: "kmsKeyId"}


def facts(world: World) -> Iterator[Fact]:
    for queue in world.of(*_KEY_AT):
        yield _queue(queue, customers(world, queue, _KEY_AT[queue.type]))
    for stream in world.of(_DATA_STREAM):
        kind = when(text(stream, "encryptionType", default="NONE"), lambda word: word == "KMS")
        yield _queue(stream, every(kind, customers(world, stream, "kmsKeyId")))
    for stream in world.of(STREAM):
        # One that reads from a data stream keeps nothing of its own:
        # https://docs.aws.amazon.com/firehose/latest/dev/encryption.html
        if is_set(stream, "kinesisSourceConfiguration") is False:
            kind = when(text(stream, "serverSideEncryption.keyType"), lambda word: word == "CUSTOMER_MANAGED_CMK")
            on = flag(stream, "serverSideEncryption.enabled", default=False)
            yield _queue(stream, every(on, kind, customers(world, stream, "serverSideEncryption.keyArn")))


def _queue(queue: Resource, key: Maybe[bool]) -> Queue:
    policy = document(queue, "policy")
    opened = False if policy is None else when(policy, admits_anyone)
    return Queue(urn=queue.urn, role=queue.role, customer_key=key, open_to_anyone=opened)
