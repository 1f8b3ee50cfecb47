import torch, math, random
from torch import nn, optim
import torch.nn.functional as F
torch.manual_seed(0);
# modules: keyword arguments, state, hooks, printing
x = torch.arange(6.).reshape(2, 3)
nn.Linear(3, 2, bias=False, dtype=torch.float64), nn.Linear(3, 2, bias=False).bias, nn.Conv2d(2, 4, (3, 1), stride=2, padding="same" if False else 1, dilation=2, groups=2, bias=False, padding_mode="circular"), nn.ConvTranspose2d(2, 2, 3, output_padding=1, stride=2)
nn.Embedding(4, 2, padding_idx=0).weight[0], nn.Embedding.from_pretrained(torch.eye(2)), nn.Embedding.from_pretrained(torch.eye(2)).weight.requires_grad, nn.Embedding(4, 2, max_norm=1.)(torch.tensor([1])).norm() <= 1.0001
nn.BatchNorm1d(3, affine=False, track_running_stats=False), nn.BatchNorm1d(3, momentum=None), nn.LayerNorm((2, 3), elementwise_affine=False), nn.LayerNorm(3, bias=False), nn.GroupNorm(1, 2), nn.InstanceNorm2d(2, affine=True), nn.RMSNorm(3)
nn.LSTM(2, 3, num_layers=2, bidirectional=True, batch_first=True, dropout=.1), nn.GRU(2, 3, bias=False), nn.RNN(2, 3, nonlinearity="relu"), nn.LSTM(2, 3, proj_size=2)
torch.manual_seed(1); r = nn.RNN(2, 3, batch_first=True); o, h = r(torch.ones(1, 2, 2)); o.shape, h.shape, torch.equal(o[:, -1], h[0])
torch.manual_seed(1); g = nn.GRUCell(2, 3); g(torch.ones(1, 2)), g(torch.ones(1, 2), torch.ones(1, 3))
torch.manual_seed(1); t = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, dropout=0., batch_first=True, norm_first=True, activation="gelu"), 2); t(torch.ones(1, 2, 4)).shape, sum(p.numel() for p in t.parameters())
torch.manual_seed(1); m = nn.MultiheadAttention(4, 2, batch_first=True, bias=False); a, w = m(torch.ones(1, 2, 4), torch.ones(1, 2, 4), torch.ones(1, 2, 4), average_attn_weights=False, is_causal=False); a.shape, w.shape, m(torch.ones(1, 2, 4), torch.ones(1, 2, 4), torch.ones(1, 2, 4), need_weights=False)[1]
s = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1)); s[0], s[-1], s[:2], len(s), list(s.children())[1], [n for n, _ in s.named_modules()], s.append(nn.Tanh())[-1], s.insert(1, nn.Identity())[1]
s.pop(1), s.extend([nn.Sigmoid()])[-1], s + nn.Sequential(nn.ReLU()), s.get_submodule("0"), s.get_parameter("0.weight").shape
from collections import OrderedDict
n = nn.Sequential(OrderedDict([("fc", nn.Linear(3, 2)), ("act", nn.ReLU())])); n, n.fc, n.act(torch.tensor([-1.])), n.state_dict().keys(), dict(n.named_children()).keys()
d = nn.ModuleDict({"a": nn.Linear(1, 1)}); d["b"] = nn.ReLU(); d, "a" in d, list(d), d.pop("b"), len(d)
l = nn.ModuleList([nn.Linear(1, 1) for _ in range(2)]); l.append(nn.ReLU()), l[0], l[1:], len(l), [type(c).__name__ for c in l]
p = nn.ParameterList([torch.ones(2), torch.zeros(1)]); p, p[0], nn.ParameterDict({"w": torch.ones(1)})
class Net(nn.Module):
    def __init__(self, h=4):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(3, h), nn.Linear(h, 2)
        self.scale = nn.Parameter(torch.ones(1))
        self.register_buffer("steps", torch.zeros(1), persistent=False)
        self.drop = nn.Dropout(.5)
    def forward(self, x): return self.fc2(self.drop(F.relu(self.fc1(x)))) * self.scale
    def extra_repr(self): return "net of mine"
torch.manual_seed(2); net = Net(); net, list(net.state_dict()), [b for b, _ in net.named_buffers()], net.training, net.eval().training, net.drop.training
net(x), net.requires_grad_(False).fc1.weight.requires_grad, net.requires_grad_(True) is net, net.double().fc1.weight.dtype, net.float().scale.dtype, net.to(torch.float64)(x.double()).dtype, net.half().fc1.bias.dtype, net.float().train() is net
net.zero_grad(), net.fc1.weight.grad, net(x).sum().backward(), net.fc1.weight.grad.shape, net.zero_grad(set_to_none=False), net.fc1.weight.grad.abs().sum()
net.load_state_dict({"scale": torch.ones(1)}, strict=False)
net.load_state_dict({"scale": torch.ones(2)}, strict=False)
net.fc3 = 3; net.fc3, hasattr(net, "nope"), isinstance(net.fc1, nn.Module), net.scale.shape; net.scale = torch.ones(1)
del net.fc3; net.add_module("extra", nn.Tanh()); net._modules.keys(), net.extra, net.register_parameter("none", None), net.none
calls = []; k = net.fc1.register_forward_pre_hook(lambda m, i: calls.append(("pre", i[0].shape))); k2 = net.fc1.register_full_backward_hook(lambda m, gi, go: calls.append(("back", go[0].shape))); net(x).sum().backward(); calls, k.remove(), k2.remove()
h2 = net.fc2.register_forward_hook(lambda m, i, o: o * 0 + 7, with_kwargs=False); net.eval(); net(x), h2.remove()
opt = optim.SGD([{"params": net.fc1.parameters()}, {"params": net.fc2.parameters(), "lr": 1e-3}], lr=.1, momentum=.9, weight_decay=1e-4, nesterov=True); opt, len(opt.param_groups), opt.param_groups[1]["lr"], opt.state_dict()["param_groups"][0]["params"]
opt.zero_grad(); net(x).sum().backward(); opt.step(), opt.state_dict()["state"][0].keys(), opt.add_param_group({"params": [net.scale]}), len(opt.param_groups)
optim.Adam(net.parameters(), lr=1e-3, betas=(.8, .9), eps=1e-6, amsgrad=True, weight_decay=.1), optim.AdamW(net.parameters()), optim.RMSprop(net.parameters(), alpha=.5, centered=True, momentum=.1)
def closure():
    opt2.zero_grad(); loss = ((w2 - 3) ** 2).sum(); loss.backward(); return loss
w2 = torch.zeros(2, requires_grad=True); opt2 = optim.LBFGS([w2], lr=1, max_iter=5); opt2.step(closure), w2
sch = optim.lr_scheduler.OneCycleLR(optim.SGD([w2], lr=.1), max_lr=1., total_steps=5); [round(sch.get_last_lr()[0], 4)] + [(sch.optimizer.step(), sch.step(), round(sch.get_last_lr()[0], 4))[2] for _ in range(4)]
sch = optim.lr_scheduler.SequentialLR(o3 := optim.SGD([w2], lr=1.), [optim.lr_scheduler.LinearLR(o3, .1, total_iters=2), optim.lr_scheduler.ExponentialLR(o3, .5)], milestones=[2]); [(o3.step(), sch.step(), round(sch.get_last_lr()[0], 4))[2] for _ in range(4)], sch.state_dict().keys()
nn.utils.parameters_to_vector([torch.ones(2), torch.zeros(1)]), nn.utils.clip_grad_value_([w2], .1), w2.grad, nn.utils.rnn.pad_sequence([torch.ones(2), torch.ones(1)], batch_first=True, padding_value=-1.), nn.utils.rnn.pack_padded_sequence(torch.ones(2, 2, 1), [2, 1], batch_first=True).batch_sizes
nn.init.constant_(torch.empty(2), 3.), nn.init.eye_(torch.empty(2, 2)), nn.init.calculate_gain("leaky_relu", .2), nn.init.orthogonal_(torch.empty(2, 2)).det().abs().round(), nn.init.trunc_normal_(torch.empty(100), std=.1, a=-.1, b=.1).abs().max() <= .1, nn.init.uniform_(torch.empty(2), 3, 4) > 3, nn.init.kaiming_uniform_(torch.empty(2, 2), a=math.sqrt(5), mode="fan_out").shape, nn.init.sparse_(torch.empty(4, 2), .5).eq(0).sum()
class Scaled(nn.Module):
    def forward(self, x, *, by=2): return x * by
Scaled()(x, by=3), Scaled(), nn.Flatten(0), nn.Unflatten(1, (3, 1))(x).shape, nn.Upsample(scale_factor=2)(x[None, None]).shape, nn.Softmax(dim=-1), nn.LeakyReLU(.2), nn.ELU(), nn.PReLU(), nn.Hardtanh(-2, 2), nn.Threshold(.1, 20), nn.CrossEntropyLoss(label_smoothing=.1), nn.MSELoss(reduction="sum"), nn.HuberLoss(delta=2.), nn.CosineSimilarity(dim=0), nn.PixelShuffle(2), nn.ZeroPad2d(1), nn.AdaptiveAvgPool2d((1, 1)), nn.MaxPool2d(2, return_indices=True), nn.AvgPool2d(3, stride=1, padding=1), nn.Dropout2d(.3), nn.Identity(), nn.Bilinear(2, 3, 4), nn.GLU(), nn.LogSoftmax(dim=1)
nn.Conv2d(1, 1, 3, padding="same", stride=2)
nn.MultiheadAttention(5, 2)
nn.Linear(-1, 2)
nn.Embedding(2, 2, padding_idx=5)
nn.Dropout(1.5)
nn.BatchNorm2d(3)(torch.ones(2, 3))
nn.LSTM(2, 3)(torch.ones(2, 2, 5))
nn.Sequential(nn.Linear(1, 1), "relu")
nn.ModuleList([1])
nn.GroupNorm(3, 4)
optim.Adam(net.parameters(), lr=.1, betas=(1.5, .9))
optim.SGD(net.parameters(), lr=.1, nesterov=True)
optim.SGD(net, lr=.1)
nn.CrossEntropyLoss(reduction="avg")(x, torch.tensor([0, 1]))
net.load_state_dict([1])
net.get_submodule("nope")
s.weight
