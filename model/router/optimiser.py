"""Adam for the weights, and for the embeddings of only those tokens that a step has seen."""

import torch

DECAY, LONGEST = 0.01, 1.0


class Optimiser:
    """Three rates: the encoder's, the heads' and the token embeddings'."""

    def __init__(self, network, encoder_rate, head_rate, token_rate):
        tokens = network.encoder.tokens
        encoder = [weight for name, weight in network.encoder.named_parameters() if name not in ("extra", "tokens")]
        chosen = {id(weight) for weight in (*encoder, tokens)}
        rest = [weight for weight in network.parameters() if id(weight) not in chosen]
        self.dense = [*encoder, *rest]
        self.adam = torch.optim.AdamW([{"params": encoder, "lr": encoder_rate}, {"params": rest, "lr": head_rate}],
                                      weight_decay=DECAY, fused=True)
        self.sparse = torch.optim.SparseAdam([tokens], lr=token_rate)
        self.groups = [(group, group["lr"]) for one in (self.adam, self.sparse) for group in one.param_groups]

    def step(self, loss, share):
        """Goes a step with this share of the rates."""
        for group, whole in self.groups:
            group["lr"] = whole * share
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.dense, LONGEST)
        for one in (self.adam, self.sparse):
            one.step()
            one.zero_grad()
