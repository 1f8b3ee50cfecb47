# Saving and loading tensors and models; devices.
import os

import torch
from torch import nn
from torch.nn import functional as F

x = torch.arange(4)
torch.save(x, "x-file")
x2 = torch.load("x-file")
x2, torch.equal(x, x2)
y = torch.zeros(4)
torch.save([x, y], "x-files")
x2, y2 = torch.load("x-files")
(x2, y2)
mydict = {"x": x, "y": y, "epoch": 3, "name": "run"}
torch.save(mydict, "mydict")
torch.load("mydict")


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(20, 32)
        self.output = nn.Linear(32, 10)

    def forward(self, x):
        return self.output(F.relu(self.hidden(x)))


net = MLP()
X = torch.randn(size=(2, 20))
Y = net(X)
torch.save(net.state_dict(), "mlp.params")
clone = MLP()
clone.load_state_dict(torch.load("mlp.params"))
clone.eval()
Y_clone = clone(X)
Y_clone == Y
os.path.exists("mlp.params"), sorted(f for f in os.listdir(".") if f.startswith(("x-", "m")))
opt = torch.optim.Adam(net.parameters(), lr=0.01)
Y.sum().backward()
opt.step()
torch.save({"model": net.state_dict(), "optimizer": opt.state_dict(), "epoch": 5}, "checkpoint.pt")
checkpoint = torch.load("checkpoint.pt")
checkpoint.keys(), checkpoint["epoch"], checkpoint["optimizer"]["param_groups"]
again, opt2 = MLP(), None
again.load_state_dict(checkpoint["model"])
opt2 = torch.optim.Adam(again.parameters(), lr=0.5)
opt2.load_state_dict(checkpoint["optimizer"])
opt2.param_groups[0]["lr"], torch.equal(opt2.state_dict()["state"][1]["exp_avg"], opt.state_dict()["state"][1]["exp_avg"])
torch.save(torch.rand(3, 3)[1:, :2].double(), "view.pt")
torch.load("view.pt").shape, torch.load("view.pt").dtype
torch.load("missing.pt")
torch.device("cpu"), torch.device("cuda"), torch.device("cuda:1"), torch.device("cuda", 2).index
torch.cuda.is_available(), torch.cuda.device_count()


def gpu(i=0):
    """The i-th accelerator, as a name."""
    return torch.device(f"cuda:{i}")


def try_gpu(i=0):
    """An accelerator if there is one, else the CPU."""
    if torch.cuda.device_count() >= i + 1:
        return gpu(i)
    return torch.device("cpu")


try_gpu(), try_gpu(10), [gpu(i) for i in range(torch.cuda.device_count())]
x = torch.tensor([1, 2, 3])
x.device, print(x.device), x.to(try_gpu()) is x, x.cpu() is x
device = "cuda" if torch.cuda.is_available() else "cpu"
net = nn.Sequential(nn.Linear(3, 1)).to(device=try_gpu())
net(torch.ones(2, 3, device=try_gpu())).shape, net[0].weight.data.device, next(net.parameters()).device, device
torch.ones(2, device=device).device.type, str(torch.device("cpu")), torch.device("cpu") == x.device
