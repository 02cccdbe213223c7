"""A provider of Terraform that has the schemas of a real one, and nothing behind them.

    provider.py schemas.json

Terraform validates a configuration against the schemas, and its tests mock the rest. What a real
provider validates beside them, beyond attributes that it alone sets, is not here.
"""

import json
import sys

import msgpack
import tf.provider
import tf.runner
from tf.gen import tfplugin_pb2 as pb
from tf.gen import tfplugin_pb2_grpc as rpc

BLOCKS = pb.Schema.NestedBlock.NestingMode
OBJECTS = pb.Schema.Object.NestingMode


def attribute(name: str, it: dict) -> pb.Schema.Attribute:
    flags = {flag: it.get(flag, False) for flag in ("required", "optional", "computed")}
    nested = it.get("nested_type")
    if nested is None:
        return pb.Schema.Attribute(name=name, type=json.dumps(it["type"]).encode(), **flags)
    inner = pb.Schema.Object(
        attributes=[attribute(*each) for each in nested["attributes"].items()],
        nesting=OBJECTS.Value(nested["nesting_mode"].upper()),
    )
    return pb.Schema.Attribute(name=name, nested_type=inner, **flags)


def block(it: dict) -> pb.Schema.Block:
    return pb.Schema.Block(
        attributes=[attribute(*each) for each in it["attributes"].items()],
        block_types=[
            pb.Schema.NestedBlock(
                type_name=name,
                block=block(nested["block"]),
                nesting=BLOCKS.Value(nested["nesting_mode"].upper()),
                min_items=nested["min_items"],
                max_items=nested["max_items"],
            )
            for name, nested in it["block_types"].items()
        ],
    )


def schema(it: dict) -> pb.Schema:
    return pb.Schema(version=it["version"], block=block(it["block"]))


def set_by_mistake(it: dict, config: dict) -> list[str]:
    """The attributes in a configuration that only the provider sets; Terraform leaves them to it."""
    found = [
        name
        for name, attribute in it["attributes"].items()
        if attribute.get("computed") and not attribute.get("optional") and config.get(name) is not None
    ]
    for name, nested in it["block_types"].items():
        # A list whose length is not known yet is none.
        blocks = config.get(name)
        for inner in blocks if isinstance(blocks, list) else [blocks]:
            if isinstance(inner, dict):
                found += [f"{name}.{attribute}" for attribute in set_by_mistake(nested["block"], inner)]
    return found


class Servicer(rpc.ProviderServicer):
    def __init__(self, path: str) -> None:
        with open(path, encoding="utf-8") as file:
            self.schemas = json.load(file)

    def GetProviderSchema(self, request, context):
        return pb.GetProviderSchema.Response(
            provider=schema(self.schemas["provider"]),
            resource_schemas={name: schema(it) for name, it in self.schemas["resource_schemas"].items()},
            data_source_schemas={name: schema(it) for name, it in self.schemas["data_source_schemas"].items()},
        )

    def ValidateProviderConfig(self, request, context):
        return pb.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request, context):
        config = msgpack.unpackb(request.config.msgpack)
        mistakes = set_by_mistake(self.schemas["resource_schemas"][request.type_name]["block"], config)
        diagnostics = [
            pb.Diagnostic(severity=pb.Diagnostic.ERROR, summary=f"Only the provider sets {name}") for name in mistakes
        ]
        return pb.ValidateResourceConfig.Response(diagnostics=diagnostics)

    def ValidateDataResourceConfig(self, request, context):
        return pb.ValidateDataResourceConfig.Response()

    def StopProvider(self, request, context):
        return pb.StopProvider.Response()


# run_provider serves what this makes of a provider of the library's own kind.
tf.provider.ProviderServicer = Servicer
tf.runner.run_provider(sys.argv[1], sys.argv[:1])
