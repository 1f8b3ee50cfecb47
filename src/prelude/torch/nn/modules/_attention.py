"""Attention with several heads."""
import math

import torch
from .. import functional as F
from ..parameter import Parameter
from .linear import Linear
from .module import Module


class NonDynamicallyQuantizableLinear(Linear):
    """Linear, under the name that the output projection of attention shows."""

    __module__ = "torch.nn.modules.linear"


def _additive(mask, dtype):
    """A mask of zeros and minus infinities: True of a boolean mask forbids."""
    if mask is None or mask.is_floating_point():
        return mask
    return torch.zeros(mask.shape, dtype=dtype).masked_fill_(mask.bool(), float("-inf"))


class MultiheadAttention(Module):
    """Attention of `num_heads` heads of size embed_dim / num_heads.

    query [L, N, E], key [S, N, kdim] and value [S, N, vdim] (batch_first: [N, L, E] ...; without N for one example)
    give an output like query and the weights [N, L, S] (per head: [N, heads, L, S]). `attn_mask` [L, S] or
    [N * heads, L, S] and `key_padding_mask` [N, S] forbid where True, or are added where they are floats.
    """

    __module__ = "torch.nn.modules.activation"

    def __init__(self, embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False, kdim=None,
                 vdim=None, batch_first=False, device=None, dtype=None):
        super().__init__()
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(f"embed_dim and num_heads must be greater than 0, got embed_dim={embed_dim} and "
                             f"num_heads={num_heads} instead")
        self.embed_dim = embed_dim
        self.kdim = kdim if kdim is not None else embed_dim
        self.vdim = vdim if vdim is not None else embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.head_dim = embed_dim // num_heads
        assert self.head_dim * num_heads == embed_dim, "embed_dim must be divisible by num_heads"
        self._qkv_same_embed_dim = self.kdim == embed_dim and self.vdim == embed_dim
        like = dict(device=device, dtype=dtype)
        if self._qkv_same_embed_dim:
            self.in_proj_weight = Parameter(torch.empty(3 * embed_dim, embed_dim, **like))
            for name in ("q_proj_weight", "k_proj_weight", "v_proj_weight"):
                self.register_parameter(name, None)
        else:
            self.q_proj_weight = Parameter(torch.empty(embed_dim, embed_dim, **like))
            self.k_proj_weight = Parameter(torch.empty(embed_dim, self.kdim, **like))
            self.v_proj_weight = Parameter(torch.empty(embed_dim, self.vdim, **like))
            self.register_parameter("in_proj_weight", None)
        self.register_parameter("in_proj_bias", Parameter(torch.empty(3 * embed_dim, **like)) if bias else None)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias=bias, **like)
        for name in ("bias_k", "bias_v"):
            extra = Parameter(torch.empty(1, 1, embed_dim, **like)) if add_bias_kv else None
            self.register_parameter(name, extra)
        self.add_zero_attn = add_zero_attn
        self._reset_parameters()

    def _reset_parameters(self):
        from ..init import xavier_normal_, xavier_uniform_

        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight):
            if weight is not None:
                xavier_uniform_(weight)
        with torch.no_grad():
            if self.in_proj_bias is not None:
                self.in_proj_bias.zero_()
                self.out_proj.bias.zero_()
        for extra in (self.bias_k, self.bias_v):
            if extra is not None:
                xavier_normal_(extra)

    def _project(self, query, key, value):
        """The three inputs times their weights."""
        if self.in_proj_weight is not None:
            if query is key and key is value:
                return F.linear(query, self.in_proj_weight, self.in_proj_bias).chunk(3, -1)
            weights = self.in_proj_weight.chunk(3)
        else:
            weights = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
        biases = (None, None, None) if self.in_proj_bias is None else self.in_proj_bias.chunk(3)
        return [F.linear(x, w, b) for x, w, b in zip((query, key, value), weights, biases)]

    def forward(self, query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None,
                average_attn_weights=True, is_causal=False):
        if query.dim() not in (2, 3):
            raise AssertionError(f"query should be unbatched 2D or batched 3D tensor but received {query.dim()}-D query "
                                 "tensor")
        for name, tensor in (("key", key), ("value", value)):
            assert tensor.dim() == query.dim(), (
                f"For {'batched (3-D)' if query.dim() == 3 else 'unbatched (2-D)'} `query`, expected `key` and `value` to "
                f"be {query.dim()}-D but found {key.dim()}-D and {value.dim()}-D tensors respectively")
        if is_causal and attn_mask is None:
            raise RuntimeError("Need attn_mask if specifying the is_causal hint.")
        single = query.dim() == 2
        same = query is key and key is value
        if single:
            query, key, value = query.unsqueeze(1), key.unsqueeze(1), value.unsqueeze(1)
            if key_padding_mask is not None:
                key_padding_mask = key_padding_mask.unsqueeze(0)
        elif self.batch_first:
            query, key, value = query.transpose(0, 1), key.transpose(0, 1), value.transpose(0, 1)
        if same:
            key = value = query
        length, count, embed = query.shape
        assert embed == self.embed_dim, (
            f"was expecting embedding dimension of {self.embed_dim}, but got {embed}")
        q, k, v = self._project(query, key, value)
        mask = _additive(attn_mask, q.dtype)
        padding = _additive(key_padding_mask, q.dtype)
        if mask is not None:
            size = (length, key.shape[0]) if mask.dim() == 2 else (count * self.num_heads, length, key.shape[0])
            if tuple(mask.shape) != size:
                raise RuntimeError(f"The shape of the {mask.dim()}D attn_mask is {mask.shape}, but should be {size}.")
        if self.bias_k is not None:
            k = torch.cat([k, self.bias_k.repeat(1, count, 1)])
            v = torch.cat([v, self.bias_v.repeat(1, count, 1)])
            mask, padding = [m if m is None else F.pad(m, (0, 1)) for m in (mask, padding)]
        heads = count * self.num_heads
        q, k, v = [x.reshape(x.shape[0], heads, self.head_dim).transpose(0, 1) for x in (q, k, v)]
        if self.add_zero_attn:
            zeros = torch.zeros(heads, 1, self.head_dim, dtype=k.dtype)
            k, v = torch.cat([k, zeros], 1), torch.cat([v, zeros], 1)
            mask, padding = [m if m is None else F.pad(m, (0, 1)) for m in (mask, padding)]
        sources = k.shape[1]
        if padding is not None:
            padding = padding.view(count, 1, 1, sources).expand(-1, self.num_heads, -1, -1).reshape(heads, 1, sources)
            mask = padding if mask is None else mask + padding
        dropout = self.dropout if self.training else 0.0
        if need_weights:
            scaled = q * math.sqrt(1.0 / self.head_dim)
            scores = torch.bmm(scaled, k.transpose(-2, -1))
            weights = F.softmax(scores if mask is None else scores + mask, dim=-1)
            if dropout > 0.0:
                weights = F.dropout(weights, dropout)
            output = torch.bmm(weights, v)
            weights = weights.view(count, self.num_heads, length, sources)
            if average_attn_weights:
                weights = weights.mean(dim=1)
            if single:
                weights = weights.squeeze(0)
        else:
            if mask is not None:
                mask = mask.expand(heads, length, sources).view(count, self.num_heads, length, sources)
            parts = [x.view(count, self.num_heads, -1, self.head_dim) for x in (q, k, v)]
            output = F.scaled_dot_product_attention(*parts, mask, dropout).reshape(heads, length, self.head_dim)
            weights = None
        output = self.out_proj(output.transpose(0, 1).reshape(length * count, embed)).view(length, count, embed)
        if single:
            output = output.squeeze(1)
        elif self.batch_first:
            output = output.transpose(0, 1)
        return output, weights
