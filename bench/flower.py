"""Flower's own SecAgg+ code on our vectors, driven by the benchmark over stdin and stdout.

It only imports Flower's functions; the order of calls is that of its client mod and its workflow.
Commands, one a line; each is answered by one line of JSON:

  versions          of flwr, numpy and Python
  vector FILE       a float32 little-endian vector, used from then on
  client K [warm]   one client with K neighbours: "masked" is the seconds of its masked-vector stage (quantise,
                    own mask, K key agreements and pair masks, reduce, serialise), "whole" all its stages
  unmask N D        the server's unmask stage with N members of whom D dropped after sharing keys: "seconds",
                    "shamir" (of it, recombining secrets), "uploadBytes" of one masked vector
"""

import importlib
import json
import os
import platform
import sys
import time
from types import SimpleNamespace

import numpy as np
from flwr.common import ndarrays_to_parameters
from flwr.common.secure_aggregation.crypto.shamir import create_shares
from flwr.common.secure_aggregation.crypto.symmetric_encryption import encrypt
from flwr.common.secure_aggregation.secaggplus_constants import RECORD_KEY_CONFIGS, Key
from flwr.common.secure_aggregation.secaggplus_utils import share_keys_plaintext_concat
from flwr.server.workflow.constant import MAIN_CONFIGS_RECORD
from flwr.server.workflow.constant import Key as WorkflowKey
from flwr.supercore.primitives.asymmetric import (
    generate_key_pairs,
    private_key_to_bytes,
    public_key_to_bytes,
)

MOD = importlib.import_module("flwr.client.mod.secure_aggregation.secaggplus_mod")
WORKFLOW = importlib.import_module(
    "flwr.server.workflow.secure_aggregation.secaggplus_workflow"
)

CLIPPING_RANGE = 8.0
TARGET_RANGE = 1 << 22
MOD_RANGE = 1 << 32
MAX_WEIGHT = 1000.0
OWN_ID = 1
EXAMPLES = 30


class Client:
    """A client that has shared its keys with K neighbours; its masked-vector stage can be repeated."""

    def __init__(self, neighbours):
        self.state = MOD.SecAggPlusState()
        self.state.nid = OWN_ID
        others = range(2, neighbours + 2)
        pairs = {nid: (generate_key_pairs()[1], generate_key_pairs()[1]) for nid in others}
        start = time.perf_counter()
        own = MOD._setup(
            self.state,
            {
                Key.SAMPLE_NUMBER: neighbours + 1,
                Key.SHARE_NUMBER: neighbours + 1,
                Key.THRESHOLD: (neighbours + 1) // 2 + 1,
                Key.CLIPPING_RANGE: CLIPPING_RANGE,
                Key.TARGET_RANGE: TARGET_RANGE,
                Key.MOD_RANGE: MOD_RANGE,
                Key.MAX_WEIGHT: MAX_WEIGHT,
            },
        )
        self.keys_seconds = time.perf_counter() - start
        public = {str(OWN_ID): [own[Key.PUBLIC_KEY_1], own[Key.PUBLIC_KEY_2]]}
        for nid, (first, second) in pairs.items():
            public[str(nid)] = [public_key_to_bytes(first), public_key_to_bytes(second)]
        start = time.perf_counter()
        MOD._share_keys(self.state, public)
        self.keys_seconds += time.perf_counter() - start
        # the neighbours' boxes: shares as long as real ones, under the keys both sides derive
        share, key_share = bytes(52), bytes(4 + 16 * (len(self.state.sk1) // 16 + 1))
        self.configs = {
            Key.SOURCE_LIST: list(others),
            Key.CIPHERTEXT_LIST: [
                encrypt(
                    self.state.ss2_dict[nid],
                    share_keys_plaintext_concat(nid, OWN_ID, share, key_share),
                )
                for nid in others
            ],
        }

    def masked(self, parameters):
        start = time.perf_counter()
        out = MOD._collect_masked_vectors(self.state, self.configs, EXAMPLES, parameters)
        seconds = time.perf_counter() - start
        return seconds, sum(len(part) for part in out[Key.MASKED_PARAMETERS])


def unmask(members, dropped, vector):
    """Flower's unmask_stage on messages as its clients send them. One seed and one key pair serve all members:
    what recombining and unmasking cost does not depend on the values."""
    ids = list(range(1, members + 1))
    dead = set(ids[1 : dropped + 1])
    alive = [nid for nid in ids if nid not in dead]
    threshold = members // 2 + 1
    secret_key, public_key = generate_key_pairs()
    key_bytes, public_bytes = private_key_to_bytes(secret_key), public_key_to_bytes(public_key)
    seed_shares = create_shares(os.urandom(32), threshold, members)
    key_shares = create_shares(key_bytes, threshold, members)

    def reply(nid):
        owners = [n for n in ids if n not in dead] + [n for n in ids if n in dead]
        shares = [(key_shares if n in dead else seed_shares)[nid - 1] for n in owners]
        record = {Key.NODE_ID_LIST: owners, Key.SHARE_LIST: shares}
        return SimpleNamespace(
            has_error=lambda: False,
            metadata=SimpleNamespace(src_node_id=nid),
            content=SimpleNamespace(config_records={RECORD_KEY_CONFIGS: record}),
        )

    replies = [reply(nid) for nid in alive]
    grid = SimpleNamespace(send_and_receive=lambda messages, timeout=None: replies)
    context = SimpleNamespace(
        state=SimpleNamespace(
            config_records={MAIN_CONFIGS_RECORD: {WorkflowKey.CURRENT_ROUND: 1}}, array_records={}
        ),
        strategy=SimpleNamespace(aggregate_fit=lambda *_: (None, {})),
        history=None,
    )
    random = np.random.default_rng(3)
    state = WORKFLOW.WorkflowState()
    state.sampled_node_ids = set(ids)
    state.active_node_ids = set(alive)
    state.num_shares = members
    state.threshold = threshold
    state.clipping_range = CLIPPING_RANGE
    state.quantization_range = TARGET_RANGE
    state.mod_range = MOD_RANGE
    state.max_weight = MAX_WEIGHT
    state.nid_to_neighbours = {nid: set(ids) for nid in ids}
    state.nid_to_publickeys = {nid: [public_bytes, public_bytes] for nid in ids}
    state.aggregate_ndarrays = [
        np.array([TARGET_RANGE]),
        random.integers(0, MOD_RANGE, vector.shape, dtype=np.int64),
    ]
    workflow = WORKFLOW.SecAggPlusWorkflow(members, threshold, max_weight=MAX_WEIGHT)
    shamir = [0.0]
    combine = WORKFLOW.combine_shares

    def timed(shares):
        start = time.perf_counter()
        secret = combine(shares)
        shamir[0] += time.perf_counter() - start
        return secret

    WORKFLOW.combine_shares = timed
    # the requests to the clients are not the server's unmasking: no message is built
    message, WORKFLOW.Message = WORKFLOW.Message, lambda **_: None
    try:
        start = time.perf_counter()
        done = workflow.unmask_stage(grid, context, state)
        seconds = time.perf_counter() - start
    finally:
        WORKFLOW.combine_shares, WORKFLOW.Message = combine, message
    if not done:
        raise RuntimeError("Flower's unmask stage refused the shares")
    return {"seconds": seconds, "shamir": shamir[0]}


def main():
    answers = sys.stdout
    sys.stdout = sys.stderr
    import logging

    logging.getLogger("flwr").setLevel(logging.ERROR)
    vector, parameters, clients = None, None, {}
    for line in sys.stdin:
        command = line.split()
        try:
            if command[0] == "versions":
                import flwr

                answer = {
                    "flwr": getattr(flwr, "__version__", "?"),
                    "numpy": np.__version__,
                    "python": platform.python_version(),
                }
            elif command[0] == "vector":
                vector = np.fromfile(" ".join(command[1:]), dtype="<f4")
                parameters = ndarrays_to_parameters([vector])
                answer = {"elements": int(vector.size)}
            elif command[0] == "client":
                neighbours = int(command[1])
                client = clients.get(neighbours) or Client(neighbours)
                clients[neighbours] = client
                seconds, size = client.masked(parameters)
                answer = {
                    "masked": seconds,
                    "whole": seconds + client.keys_seconds,
                    "uploadBytes": size,
                }
            elif command[0] == "unmask":
                answer = unmask(int(command[1]), int(command[2]), vector)
            else:
                answer = {"error": "no command " + command[0]}
        except Exception as failure:  # the benchmark says it and goes on without the figure
            answer = {"error": f"{type(failure).__name__}: {failure}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
