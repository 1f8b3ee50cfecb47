import torch, torch.nn as nn, torch.nn.functional as F, math
torch.manual_seed(1)
class Encoder(nn.Module):
    def __init__(self, in_dim=784, hidden=32, z=4):
        super().__init__()
        self.fc1 = nn.Linear(in_dim, hidden); self.mu = nn.Linear(hidden, z); self.logvar = nn.Linear(hidden, z)
    def forward(self, x):
        h = F.relu(self.fc1(x))
        return self.mu(h), self.logvar(h)

class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = Encoder(); self.dec = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 784), nn.Sigmoid())
    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        eps = torch.randn_like(std)
        return mu + eps * std
    def forward(self, x):
        mu, logvar = self.enc(x)
        return self.dec(self.reparameterize(mu, logvar)), mu, logvar

def vae_loss(recon, x, mu, logvar):
    bce = F.binary_cross_entropy(recon, x, reduction='sum')
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return bce + kld

vae = VAE(); opt = torch.optim.Adam(vae.parameters(), lr=1e-3)
x = torch.rand(16, 784)
for i in range(5):
    opt.zero_grad(); r, mu, lv = vae(x); l = vae_loss(r, x, mu, lv); l.backward(); opt.step()
    print(f"epoch {i}: {l.item() / len(x):.4f}")

def conv_block(in_c, out_c, norm=True):
    layers = [nn.Conv2d(in_c, out_c, 4, 2, 1, bias=not norm)]
    if norm: layers.append(nn.BatchNorm2d(out_c))
    layers.append(nn.LeakyReLU(0.2, inplace=True))
    return nn.Sequential(*layers)

class Disc(nn.Module):
    def __init__(self, c=8):
        super().__init__()
        self.net = nn.Sequential(conv_block(1, c, False), conv_block(c, c * 2), nn.Conv2d(c * 2, 1, 7))
    def forward(self, x): return self.net(x).view(-1)

class Gen(nn.Module):
    def __init__(self, z=16, c=8):
        super().__init__()
        self.net = nn.Sequential(nn.ConvTranspose2d(z, c * 2, 7), nn.BatchNorm2d(c * 2), nn.ReLU(True), nn.ConvTranspose2d(c * 2, c, 4, 2, 1), nn.BatchNorm2d(c), nn.ReLU(True), nn.ConvTranspose2d(c, 1, 4, 2, 1), nn.Tanh())
    def forward(self, z): return self.net(z.view(*z.shape, 1, 1))

def weights_init(m):
    classname = m.__class__.__name__
    if classname.find('Conv') != -1:
        nn.init.normal_(m.weight.data, 0.0, 0.02)
    elif classname.find('BatchNorm') != -1:
        nn.init.normal_(m.weight.data, 1.0, 0.02)
        nn.init.constant_(m.bias.data, 0)

D, G = Disc(), Gen(); D.apply(weights_init); G.apply(weights_init);
D
crit = nn.BCEWithLogitsLoss(); od = torch.optim.Adam(D.parameters(), lr=2e-4, betas=(0.5, 0.999)); og = torch.optim.Adam(G.parameters(), lr=2e-4, betas=(0.5, 0.999))
real = torch.rand(8, 1, 28, 28)
for step in range(3):
    z = torch.randn(8, 16)
    fake = G(z)
    od.zero_grad(); ld = crit(D(real), torch.ones(8)) + crit(D(fake.detach()), torch.zeros(8)); ld.backward(); od.step()
    og.zero_grad(); lg = crit(D(fake), torch.ones(8)); lg.backward(); og.step()
    print('[%d] D: %.4f G: %.4f' % (step, ld.item(), lg.item()))

class Residual(nn.Module):
    def __init__(self, num_channels, use_1x1conv=False, strides=1):
        super().__init__()
        self.conv1 = nn.LazyConv2d(num_channels, kernel_size=3, padding=1, stride=strides)
        self.conv2 = nn.LazyConv2d(num_channels, kernel_size=3, padding=1)
        self.conv3 = nn.LazyConv2d(num_channels, kernel_size=1, stride=strides) if use_1x1conv else None
        self.bn1 = nn.LazyBatchNorm2d(); self.bn2 = nn.LazyBatchNorm2d()
    def forward(self, X):
        Y = F.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3: X = self.conv3(X)
        Y += X
        return F.relu(Y)

blk = Residual(6, use_1x1conv=True, strides=2); blk(torch.randn(4, 3, 6, 6)).shape
blk
net = nn.Sequential(nn.LazyConv2d(6, kernel_size=5, padding=2), nn.Sigmoid(), nn.AvgPool2d(kernel_size=2, stride=2), nn.LazyConv2d(16, kernel_size=5), nn.Sigmoid(), nn.AvgPool2d(2, 2), nn.Flatten(), nn.LazyLinear(120), nn.Sigmoid(), nn.LazyLinear(84), nn.Sigmoid(), nn.LazyLinear(10))
X = torch.randn(1, 1, 28, 28)
for layer in net:
    X = layer(X)
    print(layer.__class__.__name__, 'output shape:\t', X.shape)

def corr2d(X, K):
    h, w = K.shape
    Y = torch.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y

X = torch.ones((6, 8)); X[:, 2:6] = 0; K = torch.tensor([[1.0, -1.0]]); Y = corr2d(X, K); Y
conv2d = nn.LazyConv2d(1, kernel_size=(1, 2), bias=False)
X = X.reshape((1, 1, 6, 8)); Y = Y.reshape((1, 1, 6, 7)); lr = 3e-2
for i in range(10):
    Y_hat = conv2d(X)
    l = (Y_hat - Y) ** 2
    conv2d.zero_grad()
    l.sum().backward()
    conv2d.weight.data[:] -= lr * conv2d.weight.grad
    if (i + 1) % 2 == 0:
        print(f'epoch {i + 1}, loss {l.sum():.3f}')

conv2d.weight.data.reshape((1, 2))
class PositionalEncoding(nn.Module):
    def __init__(self, num_hiddens, dropout, max_len=1000):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.P = torch.zeros((1, max_len, num_hiddens))
        X = torch.arange(max_len, dtype=torch.float32).reshape(-1, 1) / torch.pow(10000, torch.arange(0, num_hiddens, 2, dtype=torch.float32) / num_hiddens)
        self.P[:, :, 0::2] = torch.sin(X)
        self.P[:, :, 1::2] = torch.cos(X)
    def forward(self, X):
        X = X + self.P[:, :X.shape[1], :].to(X.device)
        return self.dropout(X)

pe = PositionalEncoding(8, 0); pe.eval(); pe(torch.zeros((1, 4, 8)))
def masked_softmax(X, valid_lens):
    def _sequence_mask(X, valid_len, value=0):
        maxlen = X.size(1)
        mask = torch.arange((maxlen), dtype=torch.float32, device=X.device)[None, :] < valid_len[:, None]
        X[~mask] = value
        return X
    if valid_lens is None:
        return nn.functional.softmax(X, dim=-1)
    shape = X.shape
    if valid_lens.dim() == 1:
        valid_lens = torch.repeat_interleave(valid_lens, shape[1])
    else:
        valid_lens = valid_lens.reshape(-1)
    X = _sequence_mask(X.reshape(-1, shape[-1]), valid_lens, value=-1e6)
    return nn.functional.softmax(X.reshape(shape), dim=-1)

masked_softmax(torch.rand(2, 2, 4), torch.tensor([2, 3]))
import collections, re
class Vocab:
    def __init__(self, tokens=[], min_freq=0, reserved_tokens=[]):
        if tokens and isinstance(tokens[0], list):
            tokens = [token for line in tokens for token in line]
        counter = collections.Counter(tokens)
        self.token_freqs = sorted(counter.items(), key=lambda x: x[1], reverse=True)
        self.idx_to_token = list(sorted(set(['<unk>'] + reserved_tokens + [token for token, freq in self.token_freqs if freq >= min_freq])))
        self.token_to_idx = {token: idx for idx, token in enumerate(self.idx_to_token)}
    def __len__(self): return len(self.idx_to_token)
    def __getitem__(self, tokens):
        if not isinstance(tokens, (list, tuple)):
            return self.token_to_idx.get(tokens, self.unk)
        return [self.__getitem__(token) for token in tokens]
    def to_tokens(self, indices):
        if hasattr(indices, '__len__') and len(indices) > 1:
            return [self.idx_to_token[int(index)] for index in indices]
        return self.idx_to_token[indices]
    @property
    def unk(self): return self.token_to_idx['<unk>']

text = re.sub('[^A-Za-z]+', ' ', "The Time Machine, by H. G. Wells [1898]. I. The Time Traveller (for so it will be convenient").lower()
tokens = list(text); vocab = Vocab(tokens); indices = vocab[tokens[:10]]; print('indices:', indices); print('words:', vocab.to_tokens(indices)); len(vocab)
class RNNScratch(nn.Module):
    def __init__(self, num_inputs, num_hiddens, sigma=0.01):
        super().__init__()
        self.W_xh = nn.Parameter(torch.randn(num_inputs, num_hiddens) * sigma)
        self.W_hh = nn.Parameter(torch.randn(num_hiddens, num_hiddens) * sigma)
        self.b_h = nn.Parameter(torch.zeros(num_hiddens))
        self.num_hiddens = num_hiddens
    def forward(self, inputs, state=None):
        if state is None:
            state = torch.zeros((inputs.shape[1], self.num_hiddens), device=inputs.device)
        else:
            state, = state
        outputs = []
        for X in inputs:
            state = torch.tanh(torch.matmul(X, self.W_xh) + torch.matmul(state, self.W_hh) + self.b_h)
            outputs.append(state)
        return outputs, state

rnn = RNNScratch(16, 32); outputs, state = rnn(torch.ones((100, 2, 16))); len(outputs), outputs[0].shape, state.shape
class Accumulator:
    def __init__(self, n): self.data = [0.0] * n
    def add(self, *args): self.data = [a + float(b) for a, b in zip(self.data, args)]
    def reset(self): self.data = [0.0] * len(self.data)
    def __getitem__(self, idx): return self.data[idx]

m = Accumulator(2); m.add(torch.tensor(3.), 4); m[0], m.data
class Timer:
    def __init__(self): self.times = []; self.start()
    def start(self):
        import time
        self.tik = time.time()
    def stop(self):
        import time
        self.times.append(time.time() - self.tik); return self.times[-1]

Timer().stop() >= 0
def evaluate_accuracy(net, data_iter):
    if isinstance(net, torch.nn.Module): net.eval()
    metric = Accumulator(2)
    with torch.no_grad():
        for X, y in data_iter:
            metric.add((net(X).argmax(axis=1) == y).type(y.dtype).sum(), y.numel())
    return metric[0] / metric[1]

evaluate_accuracy(nn.Linear(2, 2), [(torch.ones(4, 2), torch.zeros(4, dtype=torch.long))]) in (0.0, 1.0)
class Animator:
    def __init__(self, xlabel=None, legend=None, fmts=('-', 'm--', 'g-.', 'r:'), figsize=(3.5, 2.5)):
        self.X, self.Y = None, None
    def add(self, x, y):
        if not hasattr(y, "__len__"): y = [y]
        n = len(y)
        if not hasattr(x, "__len__"): x = [x] * n
        if not self.X: self.X = [[] for _ in range(n)]
        if not self.Y: self.Y = [[] for _ in range(n)]
        for i, (a, b) in enumerate(zip(x, y)):
            if a is not None and b is not None:
                self.X[i].append(a); self.Y[i].append(b)

an = Animator(); an.add(1, (0.5, None)); an.add(2, [0.25, 0.1]); an.X, an.Y
poly = torch.randn(5, 1); import numpy as np
true_w = np.zeros(20); true_w[0:4] = np.array([5, 1.2, -3.4, 5.6])
features = np.random.normal(size=(6, 1)); np.random.shuffle(features); poly_features = np.power(features, np.arange(20).reshape(1, -1))
for i in range(20): poly_features[:, i] /= math.gamma(i + 1)

labels = np.dot(poly_features, true_w); labels += np.random.normal(scale=0.1, size=labels.shape)
true_w, features, poly_features, labels = [torch.tensor(x, dtype=torch.float32) for x in [true_w, features, poly_features, labels]]
features[:2], poly_features[:2, :], labels[:2]
class Node:
    def __init__(self, v, nxt=None): self.v, self.nxt = v, nxt
    def __iter__(self):
        n = self
        while n: yield n.v; n = n.nxt

list(Node(1, Node(2)))
print(f"{torch.tensor(3.14159):.2f} {torch.tensor([1.5])} {torch.tensor(7)} {torch.tensor(2.5).item():8.3f}|{np.float32(1.5)}|{np.array([1, 2])}|{torch.float32}|{torch.Size([2, 3])}")
f"{torch.tensor([1., 2.]):.2f}"
print("%.3f %d %s" % (torch.tensor(1.5), torch.tensor(3), torch.tensor([1])))
"{:>8} {:.1e}".format("x", torch.tensor(12345.678).item())
str(torch.tensor(1.)), repr(torch.Size([1])), [torch.tensor(1), torch.tensor([2.])], {"a": torch.tensor(1.)}, (torch.ones(2),)
