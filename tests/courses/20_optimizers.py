# Optimizers: groups, momentum, weight decay, adaptive methods, state.
import torch
from torch import nn, optim


def fresh():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))


torch.manual_seed(1);
X, y = torch.randn(40, 4), torch.randn(40, 1)
loss_fn = nn.MSELoss()


def train(make, steps=6):
    net = fresh()
    opt = make(net.parameters())
    history = []
    for _ in range(steps):
        opt.zero_grad()
        loss = loss_fn(net(X), y)
        loss.backward()
        opt.step()
        history.append(round(loss.item(), 4))
    print(type(opt).__name__, history)
    return net, opt


net, opt = train(lambda p: optim.SGD(p, lr=0.1))
opt, opt.state_dict()
train(lambda p: optim.SGD(p, lr=0.1, momentum=0.9))[1].state_dict()["state"][3]
train(lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True))[1].param_groups[0]["nesterov"]
train(lambda p: optim.SGD(p, lr=0.1, weight_decay=0.1, dampening=0.1, momentum=0.5));
net, opt = train(lambda p: optim.Adam(p, lr=0.01))
opt
opt.state_dict()["state"][3], len(opt.state)
train(lambda p: optim.Adam(p, lr=0.01, amsgrad=True, weight_decay=0.01));
train(lambda p: optim.AdamW(p, lr=0.01, weight_decay=0.1))[1]
train(lambda p: optim.Adagrad(p, lr=0.1));
train(lambda p: optim.RMSprop(p, lr=0.01))[1]
train(lambda p: optim.RMSprop(p, lr=0.01, momentum=0.9, centered=True));
train(lambda p: optim.Adadelta(p));
train(lambda p: optim.Adamax(p, lr=0.01)), train(lambda p: optim.NAdam(p, lr=0.01)), train(lambda p: optim.RAdam(p, lr=0.01));
train(lambda p: optim.Rprop(p)), train(lambda p: optim.ASGD(p));
net = fresh()
opt = optim.LBFGS(net.parameters(), lr=0.5, max_iter=4)


def closure():
    opt.zero_grad()
    loss = loss_fn(net(X), y)
    loss.backward()
    return loss


for step in range(3):
    print(f"LBFGS {opt.step(closure).item():.4f}")
net = fresh()
opt = optim.SGD([{"params": net[0].weight, "weight_decay": 3.0}, {"params": net[0].bias}, {"params": net[2].parameters(), "lr": 0.5}], lr=0.1)
opt
for group in opt.param_groups:
    group["lr"] *= 0.1
[group["lr"] for group in opt.param_groups], len(opt.param_groups[2]["params"])
opt.add_param_group({"params": [torch.zeros(2, requires_grad=True)], "lr": 1.0})
len(opt.param_groups)
saved = opt.state_dict()
saved["param_groups"][3]
opt.load_state_dict(saved)
loss_fn(net(X), y).backward()
opt.zero_grad()
net[0].bias.grad, net[2].bias.grad
loss_fn(net(X), y).backward()
opt.zero_grad(set_to_none=False)
net[0].bias.grad
w = torch.tensor([5.0, -3.0], requires_grad=True)
opt = optim.Adam([w], lr=0.5)
for i in range(5):
    loss = (w ** 2).sum()
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(i, [round(v, 4) for v in w.tolist()])
optim.SGD([], lr=0.1)
optim.SGD(w, lr=0.1)
optim.SGD([w], lr=-1)
optim.SGD([w * 2], lr=0.1)
optim.SGD([w], lr=0.1, nesterov=True)
optim.Adam([w], betas=(2.0, 0.9))
optim.Adam([w], learning_rate=0.1)


class Signed(optim.Optimizer):
    """An optimizer of our own: steps of equal size."""

    def __init__(self, params, lr=0.1):
        super().__init__(params, dict(lr=lr))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                p.add_(p.grad.sign(), alpha=-group["lr"])


opt = Signed([w], lr=0.25)
(w ** 2).sum().backward()
opt.step()
w, opt
