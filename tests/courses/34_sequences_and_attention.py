"""Sequence models from first principles: text, a recurrent network from scratch, attention, beam search, BLEU."""
import collections
import math
import random
import re

import torch
from torch import nn
from torch.nn import functional as F

text = """The Time Traveller (for so it will be convenient to speak of him) was expounding a recondite matter to us.
His grey eyes shone and twinkled, and his usually pale face was flushed and animated."""
lines = [re.sub('[^A-Za-z]+', ' ', line).strip().lower() for line in text.split('\n')]
lines
def tokenize(lines, token='word'):
    """Words or characters of lines."""
    if token == 'word':
        return [line.split() for line in lines]
    elif token == 'char':
        return [list(line) for line in lines]
    else:
        raise ValueError('unknown token type: ' + token)
tokens = tokenize(lines)
for row in tokens:
    print(row[:6])
tokenize(lines, 'syllable')
class Vocab:
    """Vocabulary for text."""
    def __init__(self, tokens=[], min_freq=0, reserved_tokens=[]):
        if tokens and isinstance(tokens[0], list):
            tokens = [token for line in tokens for token in line]
        counter = collections.Counter(tokens)
        self.token_freqs = sorted(counter.items(), key=lambda x: (-x[1], x[0]))
        self.idx_to_token = list(sorted(set(['<unk>'] + reserved_tokens + [
            token for token, freq in self.token_freqs if freq >= min_freq])))
        self.token_to_idx = {token: idx for idx, token in enumerate(self.idx_to_token)}

    def __len__(self):
        return len(self.idx_to_token)

    def __getitem__(self, tokens):
        if not isinstance(tokens, (list, tuple)):
            return self.token_to_idx.get(tokens, self.unk)
        return [self.__getitem__(token) for token in tokens]

    def to_tokens(self, indices):
        if hasattr(indices, '__len__') and len(indices) > 1:
            return [self.idx_to_token[int(index)] for index in indices]
        return self.idx_to_token[indices]

    @property
    def unk(self):
        return self.token_to_idx['<unk>']
vocab = Vocab(tokens, reserved_tokens=['<pad>'])
len(vocab), vocab['the'], vocab[['time', 'nowhere']]
vocab.to_tokens([1, 3, 5])
vocab.token_freqs[:4]
bigrams = collections.Counter(zip(tokens[0][:-1], tokens[0][1:]))
bigrams.most_common(3)

# Mini-batches of a long sequence.
def seq_data_iter_random(corpus, batch_size, num_steps):
    corpus = corpus[random.randint(0, num_steps - 1):]
    num_subseqs = (len(corpus) - 1) // num_steps
    initial_indices = list(range(0, num_subseqs * num_steps, num_steps))
    random.shuffle(initial_indices)
    def data(pos):
        return corpus[pos: pos + num_steps]
    num_batches = num_subseqs // batch_size
    for i in range(0, batch_size * num_batches, batch_size):
        initial_indices_per_batch = initial_indices[i: i + batch_size]
        X = [data(j) for j in initial_indices_per_batch]
        Y = [data(j + 1) for j in initial_indices_per_batch]
        yield torch.tensor(X), torch.tensor(Y)
random.seed(1)
for X, Y in seq_data_iter_random(list(range(35)), batch_size=2, num_steps=5):
    print('X: ', X, '\nY:', Y)
def seq_data_iter_sequential(corpus, batch_size, num_steps):
    offset = random.randint(0, num_steps)
    num_tokens = ((len(corpus) - offset - 1) // batch_size) * batch_size
    Xs = torch.tensor(corpus[offset: offset + num_tokens])
    Ys = torch.tensor(corpus[offset + 1: offset + 1 + num_tokens])
    Xs, Ys = Xs.reshape(batch_size, -1), Ys.reshape(batch_size, -1)
    num_batches = Xs.shape[1] // num_steps
    for i in range(0, num_steps * num_batches, num_steps):
        yield Xs[:, i: i + num_steps], Ys[:, i: i + num_steps]
list(seq_data_iter_sequential(list(range(20)), 2, 4))

# A recurrent network from scratch.
torch.manual_seed(3)
chars = Vocab(tokenize(lines, 'char'))
corpus = chars[[c for line in tokenize(lines, 'char') for c in line]]
len(chars), len(corpus)
def get_params(vocab_size, num_hiddens):
    num_inputs = num_outputs = vocab_size
    def normal(shape):
        return torch.randn(size=shape) * 0.01
    W_xh = normal((num_inputs, num_hiddens))
    W_hh = normal((num_hiddens, num_hiddens))
    b_h = torch.zeros(num_hiddens)
    W_hq = normal((num_hiddens, num_outputs))
    b_q = torch.zeros(num_outputs)
    params = [W_xh, W_hh, b_h, W_hq, b_q]
    for param in params:
        param.requires_grad_(True)
    return params
def init_rnn_state(batch_size, num_hiddens):
    return (torch.zeros((batch_size, num_hiddens)), )
def rnn(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H, = state
    outputs = []
    for X in inputs:
        H = torch.tanh(torch.mm(X, W_xh) + torch.mm(H, W_hh) + b_h)
        Y = torch.mm(H, W_hq) + b_q
        outputs.append(Y)
    return torch.cat(outputs, dim=0), (H,)
class RNNModelScratch:
    def __init__(self, vocab_size, num_hiddens, get_params, init_state, forward_fn):
        self.vocab_size, self.num_hiddens = vocab_size, num_hiddens
        self.params = get_params(vocab_size, num_hiddens)
        self.init_state, self.forward_fn = init_state, forward_fn

    def __call__(self, X, state):
        X = F.one_hot(X.T, self.vocab_size).type(torch.float32)
        return self.forward_fn(X, state, self.params)

    def begin_state(self, batch_size):
        return self.init_state(batch_size, self.num_hiddens)
net = RNNModelScratch(len(chars), 32, get_params, init_rnn_state, rnn)
X = torch.arange(10).reshape((2, 5))
Y, new_state = net(X, net.begin_state(X.shape[0]))
Y.shape, len(new_state), new_state[0].shape
def predict(prefix, num_preds, net, vocab):
    state = net.begin_state(batch_size=1)
    outputs = [vocab[prefix[0]]]
    get_input = lambda: torch.tensor([outputs[-1]]).reshape((1, 1))
    for y in prefix[1:]:
        _, state = net(get_input(), state)
        outputs.append(vocab[y])
    for _ in range(num_preds):
        y, state = net(get_input(), state)
        outputs.append(int(y.argmax(dim=1).reshape(1)))
    return ''.join([vocab.idx_to_token[i] for i in outputs])
predict('time traveller ', 10, net, chars)
def grad_clipping(params, theta):
    norm = torch.sqrt(sum(torch.sum((p.grad ** 2)) for p in params))
    if norm > theta:
        for param in params:
            param.grad[:] *= theta / norm
    return norm
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()
perplexities = []
random.seed(2)
for epoch in range(20):
    state, total, count = None, 0.0, 0
    for X, Y in seq_data_iter_sequential(corpus, 2, 10):
        if state is None:
            state = net.begin_state(X.shape[0])
        else:
            for s in state:
                s.detach_()
        y_hat, state = net(X, state)
        l = F.cross_entropy(y_hat, Y.T.reshape(-1))
        l.backward()
        grad_clipping(net.params, 1)
        sgd(net.params, 1.0, 1)
        total, count = total + l.item() * Y.numel(), count + Y.numel()
    perplexities.append(math.exp(total / count))
[round(p, 1) for p in perplexities[::5]]
perplexities[-1] < perplexities[0]
state[0].requires_grad, state[0].shape

# The same cell with gates, compared with nn.GRU.
gru = nn.GRU(3, 4)
x = torch.randn(5, 2, 3)
out, h = gru(x)
def gru_by_hand(x, layer):
    W_i, W_h, b_i, b_h = layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0
    H = torch.zeros(x.shape[1], layer.hidden_size)
    steps = []
    for X in x:
        ir, iz, ig = (X @ W_i.T + b_i).chunk(3, 1)
        hr, hz, hg = (H @ W_h.T + b_h).chunk(3, 1)
        R, Z = torch.sigmoid(ir + hr), torch.sigmoid(iz + hz)
        H_tilda = torch.tanh(ig + R * hg)
        H = Z * H + (1 - Z) * H_tilda
        steps.append(H)
    return torch.stack(steps), H
mine, last = gru_by_hand(x, gru)
torch.allclose(mine, out, atol=1e-6), torch.allclose(last, h[0], atol=1e-6)

# Kernel regression: attention without parameters.
torch.manual_seed(0)
n_train = 12
x_train, _ = torch.sort(torch.rand(n_train) * 5)
f = lambda x: 2 * torch.sin(x) + x**0.8
y_train = f(x_train) + torch.normal(0.0, 0.5, (n_train,))
x_test = torch.arange(0, 5, 0.5)
X_repeat = x_test.repeat_interleave(n_train).reshape((-1, n_train))
attention_weights = nn.functional.softmax(-(X_repeat - x_train)**2 / 2, dim=1)
y_hat = torch.matmul(attention_weights, y_train)
y_hat
attention_weights.sum(dim=1).round(decimals=4)
class NWKernelRegression(nn.Module):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.w = nn.Parameter(torch.rand((1,), requires_grad=True))

    def forward(self, queries, keys, values):
        queries = queries.repeat_interleave(keys.shape[1]).reshape((-1, keys.shape[1]))
        self.attention_weights = nn.functional.softmax(-((queries - keys) * self.w)**2 / 2, dim=1)
        return torch.bmm(self.attention_weights.unsqueeze(1), values.unsqueeze(-1)).reshape(-1)
X_tile, Y_tile = x_train.repeat((n_train, 1)), y_train.repeat((n_train, 1))
keys = X_tile[(1 - torch.eye(n_train)).type(torch.bool)].reshape((n_train, -1))
values = Y_tile[(1 - torch.eye(n_train)).type(torch.bool)].reshape((n_train, -1))
regression = NWKernelRegression()
trainer = torch.optim.SGD(regression.parameters(), lr=0.5)
loss = nn.MSELoss(reduction='none')
for epoch in range(5):
    trainer.zero_grad()
    l = loss(regression(x_train, keys, values), y_train)
    l.sum().backward()
    trainer.step()
    print(f'epoch {epoch + 1}, loss {float(l.detach().sum()):.4f}')
regression.w

# Masked softmax and attention scores.
def sequence_mask(X, valid_len, value=0):
    maxlen = X.size(1)
    mask = torch.arange((maxlen), dtype=torch.float32, device=X.device)[None, :] < valid_len[:, None]
    X[~mask] = value
    return X
def masked_softmax(X, valid_lens):
    if valid_lens is None:
        return nn.functional.softmax(X, dim=-1)
    shape = X.shape
    if valid_lens.dim() == 1:
        valid_lens = torch.repeat_interleave(valid_lens, shape[1])
    else:
        valid_lens = valid_lens.reshape(-1)
    X = sequence_mask(X.reshape(-1, shape[-1]), valid_lens, value=-1e6)
    return nn.functional.softmax(X.reshape(shape), dim=-1)
masked_softmax(torch.rand(2, 2, 4), torch.tensor([2, 3]))
masked_softmax(torch.rand(2, 2, 4), torch.tensor([[1, 3], [2, 4]]))
class AdditiveAttention(nn.Module):
    def __init__(self, key_size, query_size, num_hiddens, dropout, **kwargs):
        super(AdditiveAttention, self).__init__(**kwargs)
        self.W_k = nn.Linear(key_size, num_hiddens, bias=False)
        self.W_q = nn.Linear(query_size, num_hiddens, bias=False)
        self.w_v = nn.Linear(num_hiddens, 1, bias=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, queries, keys, values, valid_lens):
        queries, keys = self.W_q(queries), self.W_k(keys)
        features = torch.tanh(queries.unsqueeze(2) + keys.unsqueeze(1))
        scores = self.w_v(features).squeeze(-1)
        self.attention_weights = masked_softmax(scores, valid_lens)
        return torch.bmm(self.dropout(self.attention_weights), values)
queries, keys = torch.normal(0, 1, (2, 1, 20)), torch.ones((2, 10, 2))
values = torch.arange(40, dtype=torch.float32).reshape(1, 10, 4).repeat(2, 1, 1)
valid_lens = torch.tensor([2, 6])
attention = AdditiveAttention(key_size=2, query_size=20, num_hiddens=8, dropout=0.1)
attention.eval()
attention(queries, keys, values, valid_lens)
class DotProductAttention(nn.Module):
    def __init__(self, dropout):
        super().__init__()
        self.dropout = nn.Dropout(dropout)

    def forward(self, queries, keys, values, valid_lens=None):
        d = queries.shape[-1]
        scores = torch.bmm(queries, keys.transpose(1, 2)) / math.sqrt(d)
        self.attention_weights = masked_softmax(scores, valid_lens)
        return torch.bmm(self.dropout(self.attention_weights), values)
dot = DotProductAttention(dropout=0.5)
dot.eval()
dot(torch.normal(0, 1, (2, 1, 2)), keys, values, valid_lens)
dot(torch.normal(0, 1, (2, 1, 3)), keys, values, valid_lens)

# Positions.
class PositionalEncoding(nn.Module):
    def __init__(self, num_hiddens, dropout, max_len=1000):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.P = torch.zeros((1, max_len, num_hiddens))
        X = torch.arange(max_len, dtype=torch.float32).reshape(-1, 1) / torch.pow(
            10000, torch.arange(0, num_hiddens, 2, dtype=torch.float32) / num_hiddens)
        self.P[:, :, 0::2] = torch.sin(X)
        self.P[:, :, 1::2] = torch.cos(X)

    def forward(self, X):
        X = X + self.P[:, :X.shape[1], :].to(X.device)
        return self.dropout(X)
positions = PositionalEncoding(6, 0)
positions(torch.zeros((1, 4, 6)))
for i in range(8):
    print(f'{i} in binary is {i:>03b}')

# How good is a translation?
def bleu(pred_seq, label_seq, k):
    pred_tokens, label_tokens = pred_seq.split(' '), label_seq.split(' ')
    len_pred, len_label = len(pred_tokens), len(label_tokens)
    score = math.exp(min(0, 1 - len_label / len_pred))
    for n in range(1, min(k, len_pred) + 1):
        num_matches, label_subs = 0, collections.defaultdict(int)
        for i in range(len_label - n + 1):
            label_subs[' '.join(label_tokens[i: i + n])] += 1
        for i in range(len_pred - n + 1):
            if label_subs[' '.join(pred_tokens[i: i + n])] > 0:
                num_matches += 1
                label_subs[' '.join(pred_tokens[i: i + n])] -= 1
        score *= math.pow(num_matches / (len_pred - n + 1), math.pow(0.5, n))
    return score
[round(bleu(p, 'he is calm .', 2), 3) for p in ('he is calm .', 'he is .', 'i lost')]
def beam_search(table, width, steps):
    """The likeliest sequences under a table of transition probabilities."""
    beams = [((0,), 0.0)]
    for _ in range(steps):
        candidates = [(seq + (j,), score + math.log(p)) for seq, score in beams
                      for j, p in enumerate(table[seq[-1]].tolist()) if p > 0]
        beams = sorted(candidates, key=lambda c: -c[1])[:width]
    return [(seq, round(score, 4)) for seq, score in beams]
torch.manual_seed(1)
table = F.softmax(torch.randn(4, 4), dim=1)
beam_search(table, 2, 3)
beam_search(table, 1, 3)

# Pairs of bytes as subwords.
def get_max_freq_pair(token_freqs):
    pairs = collections.defaultdict(int)
    for token, freq in token_freqs.items():
        symbols = token.split()
        for i in range(len(symbols) - 1):
            pairs[symbols[i], symbols[i + 1]] += freq
    return max(pairs, key=pairs.get)
def merge_symbols(max_freq_pair, token_freqs, symbols):
    symbols.append(''.join(max_freq_pair))
    new_token_freqs = dict()
    for token, freq in token_freqs.items():
        new_token_freqs[token.replace(' '.join(max_freq_pair), ''.join(max_freq_pair))] = freq
    return new_token_freqs
raw = {'fast_': 4, 'faster_': 3, 'tall_': 5, 'taller_': 4}
token_freqs, symbols = {' '.join(list(token)): freq for token, freq in raw.items()}, []
for i in range(8):
    max_freq_pair = get_max_freq_pair(token_freqs)
    token_freqs = merge_symbols(max_freq_pair, token_freqs, symbols)
    print(f'merge #{i + 1}:', max_freq_pair)
list(token_freqs.keys())
symbols
