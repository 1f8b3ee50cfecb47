# Attention by hand and by layer, encoder layers, a whole transformer.
import math

import torch
from torch import nn
from torch.nn import functional as F


def masked_softmax(X, valid_lens):
    """Softmax over the last axis with positions past the valid lengths left out."""
    mask = torch.arange(X.size(-1))[None, :] < valid_lens[:, None]
    return F.softmax(X.masked_fill(~mask[:, None, :], -1e6), dim=-1)


masked_softmax(torch.zeros(2, 2, 4), torch.tensor([2, 3]))


class DotProductAttention(nn.Module):
    def __init__(self, dropout):
        super().__init__()
        self.dropout = nn.Dropout(dropout)

    def forward(self, queries, keys, values, valid_lens):
        d = queries.shape[-1]
        scores = torch.bmm(queries, keys.transpose(1, 2)) / math.sqrt(d)
        self.attention_weights = masked_softmax(scores, valid_lens)
        return torch.bmm(self.dropout(self.attention_weights), values)


attention = DotProductAttention(0.5).eval()
attention(torch.normal(0, 1, (2, 1, 2)), torch.normal(0, 1, (2, 10, 2)), torch.arange(40.0).reshape(1, 10, 4).repeat(2, 1, 1), torch.tensor([2, 6]))
attention.attention_weights.shape


class PositionalEncoding(nn.Module):
    def __init__(self, num_hiddens, max_len=100):
        super().__init__()
        self.P = torch.zeros((1, max_len, num_hiddens))
        X = torch.arange(max_len, dtype=torch.float32).reshape(-1, 1) / torch.pow(
            10000, torch.arange(0, num_hiddens, 2, dtype=torch.float32) / num_hiddens)
        self.P[:, :, 0::2] = torch.sin(X)
        self.P[:, :, 1::2] = torch.cos(X)

    def forward(self, X):
        return X + self.P[:, :X.shape[1], :]


PositionalEncoding(4)(torch.zeros(1, 3, 4))
torch.manual_seed(4);
mha = nn.MultiheadAttention(8, 2, batch_first=True)
mha, [(n, tuple(p.shape)) for n, p in mha.named_parameters()]
X = torch.randn(2, 3, 8)
out, weights = mha(X, X, X)
out, weights
mha(X, X, X, need_weights=False)[1], mha(X, X, X, average_attn_weights=False)[1].shape
causal = nn.Transformer.generate_square_subsequent_mask(3)
causal, mha(X, X, X, attn_mask=causal)[1]
mha(X, X, X, key_padding_mask=torch.tensor([[False, False, True], [False, True, True]]))[1]
nn.MultiheadAttention(6, 4)
F.scaled_dot_product_attention(X[:, None], X[:, None], X[:, None], is_causal=True)[0, 0]
layer = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, dropout=0.0, batch_first=True)
layer, layer(X)
encoder = nn.TransformerEncoder(layer, num_layers=2)
encoder(X), sum(p.numel() for p in encoder.parameters())
encoder.eval()(X, mask=causal)[0, 0]
decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16, dropout=0.0, batch_first=True), 1)
decoder(X, encoder(X), tgt_mask=causal)[1]
model = nn.Transformer(d_model=8, nhead=2, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=16, dropout=0.0, batch_first=True)
model(X, X[:, :2]).shape, model.encoder.norm
target = torch.randint(0, 2, (16,))
tokens = torch.randn(16, 3, 8) + target[:, None, None]


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
        self.head = nn.Linear(8, 2)

    def forward(self, X):
        return self.head(self.encoder(X).mean(dim=1))


net = Classifier()
opt = torch.optim.AdamW(net.parameters(), lr=0.01)
for step in range(5):
    loss = F.cross_entropy(net(tokens), target)
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(f"{step}: {loss.item():.4f}")
(net(tokens).argmax(1) == target).float().mean()
