# Recurrent layers, cells, packed sequences and a tiny language model with gradient clipping.
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence, pack_sequence

rnn = nn.RNN(3, 4)
X = torch.randn(5, 2, 3)
Y, h = rnn(X)
rnn, Y.shape, h.shape, torch.equal(Y[-1], h[0])
Y[0], rnn.weight_ih_l0, rnn.bias_hh_l0
[(n, tuple(p.shape)) for n, p in nn.LSTM(3, 4, num_layers=2, bidirectional=True).named_parameters()][:9]
lstm = nn.LSTM(3, 4, num_layers=2, batch_first=True)
out, (h, c) = lstm(torch.randn(2, 5, 3))
lstm, out.shape, h.shape, c.shape, out[:, -1].allclose(h[-1]), out[0, 0], c[1]
out2, _ = lstm(torch.randn(2, 1, 3), (h, c))
out2
gru = nn.GRU(3, 4, bidirectional=True)
out, h = gru(X)
gru, out.shape, h
nn.RNN(3, 4, nonlinearity="relu")(X)[1], nn.GRU(2, 2)(torch.ones(3, 2))
cell = nn.LSTMCell(3, 4)
h, c = torch.zeros(2, 4), torch.zeros(2, 4)
for x in X:
    h, c = cell(x, (h, c))
cell, h, nn.GRUCell(3, 4)(X[0]), nn.RNNCell(3, 4)(X[0], h)
rnn(torch.ones(5, 2, 7))
gru(X, torch.zeros(1, 2, 4))
sequences = [torch.tensor([1.0, 2.0, 3.0]), torch.tensor([4.0]), torch.tensor([5.0, 6.0])]
padded = pad_sequence(sequences)
padded, pad_sequence(sequences, batch_first=True, padding_value=-1)
packed = pack_padded_sequence(padded, [3, 1, 2], enforce_sorted=False)
packed
pad_packed_sequence(packed, batch_first=True)
pack_sequence(sequences, enforce_sorted=False).batch_sizes
run = nn.GRU(1, 2)
out, h = run(pack_padded_sequence(padded.unsqueeze(-1), torch.tensor([3, 1, 2]), enforce_sorted=False))
h, pad_packed_sequence(out)
pack_padded_sequence(padded, [1, 2, 3])
text = "hello hello world hello world"
chars = sorted(set(text))
stoi = {ch: i for i, ch in enumerate(chars)}
ids = torch.tensor([stoi[ch] for ch in text])
chars, ids


class CharModel(nn.Module):
    def __init__(self, vocab, hidden=16):
        super().__init__()
        self.vocab = vocab
        self.rnn = nn.LSTM(vocab, hidden)
        self.head = nn.Linear(hidden, vocab)

    def forward(self, ids, state=None):
        out, state = self.rnn(F.one_hot(ids, self.vocab).float().unsqueeze(1), state)
        return self.head(out.squeeze(1)), state


torch.manual_seed(0);
model = CharModel(len(chars))
opt = torch.optim.Adam(model.parameters(), lr=0.05)
for step in range(12):
    logits, _ = model(ids[:-1])
    loss = F.cross_entropy(logits, ids[1:])
    opt.zero_grad()
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    opt.step()
    if step % 3 == 2:
        print(f"{step + 1} loss {loss.item():.3f} perplexity {torch.exp(loss).item():.2f} norm {norm.item():.3f}")
logits, state = model(ids[:3])
logits.argmax(1).shape, state[0].detach().shape
