# Inference mode: tensors that no graph may save, and what still works with them.
import torch
from torch import nn
weight = torch.ones(3, requires_grad=True)
plain = torch.arange(3.)
with torch.inference_mode():
    made = torch.ones(3)
    result = weight * 2
    part = plain[:2]
    print(torch.is_inference_mode_enabled(), torch.is_grad_enabled())

made.is_inference(), result.is_inference(), part.is_inference(), result.requires_grad
torch.is_inference(made), plain.is_inference(), torch.is_inference_mode_enabled(), torch.is_grad_enabled()
made[:2].is_inference(), made.view(3, 1).is_inference(), made.detach().is_inference()
made.clone().is_inference(), (made + 1).is_inference()
made + weight
(made + weight).sum()
made * weight
torch.matmul(weight, made)
nn.Linear(3, 1)(made)
made.clone() * weight
made.requires_grad_()
made._version
plain._version
result.sum().backward()
with torch.inference_mode():
    made.mul_(5)
    plain.add_(1)

made, plain, plain._version
part.add_(1)
plain
@torch.inference_mode()
def predict(model, x):
    return model(x)

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Dropout(0.5), nn.Linear(3, 1))
out = predict(model.eval(), torch.ones(2, 2))
out, out.is_inference(), out.requires_grad
with torch.inference_mode(False):
    print(torch.is_inference_mode_enabled(), torch.is_grad_enabled(), (weight * 2).requires_grad)

with torch.inference_mode():
    with torch.inference_mode(mode=False):
        print(torch.is_inference_mode_enabled(), (weight * 2).requires_grad, torch.ones(1).is_inference())
    print(torch.is_inference_mode_enabled())

with torch.no_grad():
    print(torch.ones(1).is_inference(), torch.is_inference_mode_enabled())

def numbers():
    for i in range(2):
        yield torch.is_inference_mode_enabled()

list(torch.inference_mode()(numbers)()), torch.is_inference_mode_enabled()
loss = nn.functional.mse_loss(out, torch.zeros(2, 1))
loss.is_inference(), loss.requires_grad
stored = torch.tensor([1., 2.]).storage()
stored.dtype, len(stored), stored.element_size(), stored.device
layer = nn.Linear(2, 2)
handle = layer.register_forward_hook(lambda module, args, output: None)
len(layer._forward_hooks), len(layer._forward_pre_hooks)
handle.remove()
len(layer._forward_hooks)
class Unready(nn.Module):
    def __init__(self):
        self.scale = 2.0
    def forward(self, x):
        return x * self.scale

Unready()(torch.ones(2))
torch.tensor([torch.tensor(1.5).numpy(), torch.tensor(2.5).numpy()])
torch.ones(3, dtype=torch.long).exponential_()
nn.utils.clip_grad_norm_(weight, 1.0)
def three(a, b, c):
    return a + b + c

three(*5)
three(**[1])
three(1, **{'b': 2, 'c': 3})
print(*7)
