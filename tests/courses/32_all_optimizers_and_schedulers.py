import torch, torch.nn as nn, torch.optim as optim
from torch.optim import lr_scheduler as S
def P(): return [nn.Parameter(torch.tensor([1.0, -2.0, 3.0])), nn.Parameter(torch.tensor([[0.5]]))]

opts = dict(SGD=dict(lr=0.1), SGD2=dict(lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01), SGD3=dict(lr=0.1, momentum=0.9, dampening=0.1, maximize=True), Adam=dict(lr=0.1), Adam2=dict(lr=0.1, amsgrad=True, weight_decay=0.1, betas=(0.8, 0.9)), AdamW=dict(lr=0.1), AdamW2=dict(lr=0.1, weight_decay=0.5, amsgrad=True), Adagrad=dict(lr=0.1, lr_decay=0.1), RMSprop=dict(lr=0.1), RMSprop2=dict(lr=0.1, centered=True, momentum=0.5, weight_decay=0.1), Adadelta=dict(), Adamax=dict(lr=0.1), NAdam=dict(lr=0.1), NAdam2=dict(lr=0.1, decoupled_weight_decay=True, weight_decay=0.1), RAdam=dict(lr=0.1), Rprop=dict(lr=0.1), ASGD=dict(lr=0.1), Adafactor=dict(lr=0.1), LBFGS=dict(lr=0.5, max_iter=5), LBFGS2=dict(line_search_fn='strong_wolfe', history_size=3))
for name, kw in opts.items():
    ps = P()
    o = getattr(optim, name.rstrip('0123456789'))(ps, **kw)
    def closure():
        o.zero_grad()
        l = (ps[0] ** 2).sum() + (ps[1] * ps[0].sum()) ** 2
        l.backward()
        return l
    for i in range(4):
        l = o.step(closure)
    print(name, [p.data for p in ps], l)
    print(o)

sorted(o.state_dict()['state'][0].keys())
ps = P(); o = optim.Adam(ps, lr=0.1)
sum((p ** 2).sum() for p in ps).backward(); o.step(); sd = o.state_dict(); sd
o2 = optim.Adam(P(), lr=0.5); o2.load_state_dict(sd); o2.param_groups[0]['lr'], o2.state_dict()['state'][0]['step']
o.state[ps[0]].keys(), o.defaults, len(o.param_groups), o.param_groups[0].keys()
o.add_param_group({'params': [nn.Parameter(torch.ones(1))], 'lr': 0.01}); o
o.add_param_group({'params': ps[0]})
optim.SGD([], lr=0.1)
optim.SGD(ps, lr=-1)
optim.SGD(torch.ones(2), lr=0.1)
optim.SGD([torch.ones(2, requires_grad=True) * 2], lr=0.1)
optim.SGD(ps)
optim.Adam(ps, lr=0.1, betas=(1.0, 0.9))
optim.SGD(ps, lr=0.1, nesterov=True)
optim.SGD([1], lr=0.1)
optim.SGD(nn.Linear(1, 1).named_parameters(), lr=0.1)
optim.Adam(ps, foo=1)
optim.LBFGS([{'params': ps[0]}, {'params': ps[1]}])
optim.LBFGS(ps).step()
def sched(make, n=8, metric=None, lr=0.1, groups=1):
    ps = P()
    o = optim.SGD([{'params': [p], 'lr': lr * (i + 1)} for i, p in enumerate(ps[:groups])], lr=lr, momentum=0.9)
    s = make(o)
    out = []
    for i in range(n):
        o.step()
        out.append([round(g['lr'], 6) for g in o.param_groups])
        s.step(metric[i]) if metric else s.step()
    return out, s.last_epoch, s.get_last_lr()

sched(lambda o: S.StepLR(o, 3, 0.1)), sched(lambda o: S.MultiStepLR(o, [2, 5], 0.5)), sched(lambda o: S.ExponentialLR(o, 0.9), groups=2)
sched(lambda o: S.LambdaLR(o, lambda e: 0.95 ** e)), sched(lambda o: S.LambdaLR(o, [lambda e: 0.5 ** e, lambda e: 1 / (e + 1)]), groups=2), sched(lambda o: S.MultiplicativeLR(o, lambda e: 0.9))
sched(lambda o: S.CosineAnnealingLR(o, 4, 0.01)), sched(lambda o: S.CosineAnnealingWarmRestarts(o, 3, 2)), sched(lambda o: S.LinearLR(o, 0.5, total_iters=4)), sched(lambda o: S.ConstantLR(o, 0.5, 3)), sched(lambda o: S.PolynomialLR(o, 5, 2.0))
sched(lambda o: S.OneCycleLR(o, 0.5, total_steps=9)), sched(lambda o: S.OneCycleLR(o, 0.5, epochs=3, steps_per_epoch=3, anneal_strategy='linear', three_phase=True)), sched(lambda o: S.CyclicLR(o, 0.01, 0.1, step_size_up=2, mode='triangular2')), sched(lambda o: S.CyclicLR(o, 0.01, 0.1, step_size_up=2, mode='exp_range', gamma=0.9))
sched(lambda o: S.ReduceLROnPlateau(o, 'min', factor=0.5, patience=1), metric=[5, 4, 4, 4, 4, 4, 4, 3])
sched(lambda o: S.SequentialLR(o, [S.ConstantLR(o, 0.1, 2), S.ExponentialLR(o, 0.9)], milestones=[3])), sched(lambda o: S.ChainedScheduler([S.ConstantLR(o, 0.1, 2), S.ExponentialLR(o, 0.9)], optimizer=o))
sched(lambda o: S.OneCycleLR(o, 0.5, total_steps=3))
ps = P(); o = optim.SGD(ps, lr=0.1); s = S.StepLR(o, 2); s.step()
s.state_dict(), s.base_lrs, s.get_last_lr(), s.optimizer is o
s.load_state_dict({'last_epoch': 5}); s.last_epoch
s2 = S.ReduceLROnPlateau(o, verbose=True)
s2 = S.ReduceLROnPlateau(o, mode='maxx')
S.LambdaLR(5, lambda e: 1)
S.StepLR(o, 2, last_epoch=3)
S.OneCycleLR(o, 0.5)
s = S.LinearLR(o, start_factor=2)
from torch.optim.swa_utils import AveragedModel, SWALR, update_bn, get_ema_multi_avg_fn
m = nn.Linear(2, 2); swa = AveragedModel(m); m.weight.data.fill_(3.); swa.update_parameters(m); m.weight.data.fill_(5.); swa.update_parameters(m); swa.module.weight, swa.n_averaged
ema = AveragedModel(m, multi_avg_fn=get_ema_multi_avg_fn(0.9)); ema.update_parameters(m)
isinstance(o, optim.Optimizer), isinstance(s, S.LRScheduler), optim.lr_scheduler is S
class MySGD(optim.Optimizer):
    def __init__(self, params, lr=0.1):
        super().__init__(params, dict(lr=lr))
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group['params']:
                if p.grad is None: continue
                state = self.state[p]
                if len(state) == 0: state['n'] = 0
                state['n'] += 1
                p.add_(p.grad, alpha=-group['lr'])
        return loss

ps = P(); mo = MySGD(ps, lr=0.5); (ps[0] ** 2).sum().backward(); mo.step(); ps[0], mo, mo.state[ps[0]], mo.state_dict()
h = mo.register_step_post_hook(lambda o, a, k: print('post step')); mo.step(); h.remove()
class WarmUp(S.LRScheduler):
    def __init__(self, optimizer, warm, last_epoch=-1):
        self.warm = warm
        super().__init__(optimizer, last_epoch)
    def get_lr(self):
        return [b * min(1, (self.last_epoch + 1) / self.warm) for b in self.base_lrs]

o = optim.SGD(ps, lr=1.0); w = WarmUp(o, 4); [(o.step(), w.step(), round(w.get_last_lr()[0], 3))[2] for _ in range(5)]
optim.Optimizer(ps, {}).step()
o.zero_grad(set_to_none=False), ps[0].grad
class SquareRootScheduler:
    def __init__(self, lr=0.1): self.lr = lr
    def __call__(self, num_update): return self.lr * pow(num_update + 1.0, -0.5)

sc = SquareRootScheduler(); torch.tensor([sc(t) for t in range(4)])
for g in o.param_groups: g['lr'] = 0.123; print(g['lr'])
o = torch.optim.SGD(params=nn.Linear(2, 1).parameters(), lr=torch.tensor(0.1)); o
s = S.StepLR(optim.SGD(P(), lr=0.1), 1); s.step(); s
