# Learning rate schedules.
import math

import torch
from torch import optim
from torch.optim import lr_scheduler


def rates(make, epochs=8, **kwargs):
    """The rate of each epoch under a schedule."""
    opt = optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5, **kwargs)
    scheduler = make(opt)
    seen = []
    for _ in range(epochs):
        seen.append(round(opt.param_groups[0]["lr"], 6))
        opt.step()
        scheduler.step()
    return seen


rates(lambda o: lr_scheduler.StepLR(o, step_size=3, gamma=0.1))
rates(lambda o: lr_scheduler.MultiStepLR(o, milestones=[2, 5], gamma=0.5))
rates(lambda o: lr_scheduler.ExponentialLR(o, 0.9))
rates(lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 0.95 ** epoch))
rates(lambda o: lr_scheduler.MultiplicativeLR(o, lambda epoch: 0.5))
rates(lambda o: lr_scheduler.ConstantLR(o, factor=0.5, total_iters=3))
rates(lambda o: lr_scheduler.LinearLR(o, start_factor=0.2, total_iters=4))
rates(lambda o: lr_scheduler.PolynomialLR(o, total_iters=5, power=2))
rates(lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=5, eta_min=0.1), 11)
rates(lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, T_0=3, T_mult=2), 10)
rates(lambda o: lr_scheduler.CyclicLR(o, 0.1, 0.5, step_size_up=2), 9, momentum=0.9)
rates(lambda o: lr_scheduler.OneCycleLR(o, max_lr=1.0, total_steps=10), 9, momentum=0.9)
rates(lambda o: lr_scheduler.SequentialLR(o, [lr_scheduler.LinearLR(o, 0.1, total_iters=3), lr_scheduler.ExponentialLR(o, 0.9)], [3]))
rates(lambda o: lr_scheduler.ChainedScheduler([lr_scheduler.ConstantLR(o, 0.1, 2), lr_scheduler.ExponentialLR(o, 0.9)]))
opt = optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
plateau = lr_scheduler.ReduceLROnPlateau(opt, factor=0.5, patience=1)
for metric in [1.0, 0.9, 0.95, 0.95, 0.95, 0.2, 0.3, 0.3]:
    plateau.step(metric)
    print(metric, opt.param_groups[0]["lr"], plateau.num_bad_epochs)
plateau.get_last_lr(), plateau.best
opt = optim.Adam([torch.zeros(1, requires_grad=True)], lr=0.1)
scheduler = lr_scheduler.StepLR(opt, 2)
for _ in range(3):
    opt.step()
    scheduler.step()
scheduler.get_last_lr(), scheduler.last_epoch, scheduler.state_dict(), opt
resumed = lr_scheduler.StepLR(optim.Adam([torch.zeros(1, requires_grad=True)], lr=0.1), 2)
resumed.load_state_dict(scheduler.state_dict())
resumed.last_epoch, resumed.gamma


class SquareRoot:
    """A schedule of our own: a callable."""

    def __init__(self, lr=0.1):
        self.lr = lr

    def __call__(self, num_update):
        return self.lr * pow(num_update + 1.0, -0.5)


scheduler = SquareRoot(0.1)
[round(scheduler(t), 4) for t in range(5)]


class Cosine:
    def __init__(self, max_update, base_lr=0.01, final_lr=0, warmup_steps=0, warmup_begin_lr=0):
        self.base_lr_orig = base_lr
        self.max_update = max_update
        self.final_lr = final_lr
        self.warmup_steps = warmup_steps
        self.warmup_begin_lr = warmup_begin_lr
        self.max_steps = self.max_update - self.warmup_steps

    def warmup(self, epoch):
        return self.warmup_begin_lr + (self.base_lr_orig - self.warmup_begin_lr) * float(epoch) / float(self.warmup_steps)

    def __call__(self, epoch):
        if epoch < self.warmup_steps:
            return self.warmup(epoch)
        if epoch <= self.max_update:
            self.base_lr = self.final_lr + (self.base_lr_orig - self.final_lr) * (
                1 + math.cos(math.pi * (epoch - self.warmup_steps) / self.max_steps)) / 2
        return self.base_lr


warm = Cosine(20, warmup_steps=5, base_lr=0.3, final_lr=0.01)
[round(warm(t), 4) for t in range(0, 22, 3)]
rates(lambda o: lr_scheduler.LambdaLR(o, Cosine(8, base_lr=1.0, warmup_steps=2)))
lr_scheduler.StepLR("sgd", 2)
lr_scheduler.OneCycleLR(opt, max_lr=0.1)
