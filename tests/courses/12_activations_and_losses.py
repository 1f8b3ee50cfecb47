# Activations with their derivatives, and every loss on small input.
import torch
from torch import nn
import torch.nn.functional as F

x = torch.arange(-2.0, 2.5, 0.5, requires_grad=True)
torch.relu(x), torch.sigmoid(x), torch.tanh(x)
for act in [nn.ReLU(), nn.Sigmoid(), nn.Tanh(), nn.LeakyReLU(0.1), nn.ELU(), nn.SELU(), nn.GELU(), nn.SiLU(), nn.Mish(),
            nn.Softplus(), nn.Softsign(), nn.Hardtanh(), nn.Hardsigmoid(), nn.Hardswish(), nn.ReLU6(), nn.CELU(), nn.Tanhshrink(),
            nn.Softshrink(), nn.Hardshrink(), nn.LogSigmoid(), nn.Threshold(0.5, -1.0), nn.PReLU(), nn.GELU(approximate="tanh")]:
    y = act(x)
    x.grad = None
    y.sum().backward()
    print(act, y.detach(), x.grad)
z = torch.tensor([[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]])
nn.Softmax(dim=1)(z), nn.Softmax(dim=0)(z), nn.LogSoftmax(dim=-1)(z), nn.Softmin(dim=1)(z), nn.GLU(dim=0)(z)
F.softmax(z, dim=1).sum(1), z.softmax(-1), nn.Softmax2d()(torch.ones(1, 2, 1, 1))
nn.RReLU().eval()(torch.tensor([-1.0, 1.0]))
torch.manual_seed(1);
scores, labels = torch.randn(4, 3, requires_grad=True), torch.tensor([0, 2, 1, 1])
loss = nn.CrossEntropyLoss()
loss, loss(scores, labels), F.cross_entropy(scores, labels, reduction="none")
loss(scores, labels).backward()
scores.grad
nn.NLLLoss()(F.log_softmax(scores, 1), labels), nn.CrossEntropyLoss(label_smoothing=0.1)(scores, labels)
nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 0.5]))(scores, labels), nn.CrossEntropyLoss(ignore_index=1)(scores, labels)
nn.CrossEntropyLoss()(scores, F.softmax(torch.randn(4, 3), 1)), nn.CrossEntropyLoss(reduction="sum")(scores, labels)
y_hat, y = torch.randn(5), torch.randn(5)
nn.MSELoss()(y_hat, y), nn.MSELoss(reduction="none")(y_hat, y), nn.L1Loss()(y_hat, y), nn.SmoothL1Loss()(y_hat, y), nn.HuberLoss(delta=0.5)(y_hat, y)
p, t = torch.sigmoid(y_hat), (y > 0).float()
nn.BCELoss()(p, t), nn.BCEWithLogitsLoss()(y_hat, t), F.binary_cross_entropy(p, t, reduction="sum")
nn.BCEWithLogitsLoss(pos_weight=torch.tensor(2.0))(y_hat, t), nn.SoftMarginLoss()(y_hat, 2 * t - 1), nn.HingeEmbeddingLoss()(y_hat, 2 * t - 1)
nn.KLDivLoss(reduction="batchmean")(F.log_softmax(scores, 1), F.softmax(torch.randn(4, 3), 1)), nn.PoissonNLLLoss()(y_hat, y.abs())
a, b, c = torch.randn(3, 4, 6)
nn.CosineSimilarity()(a, b), nn.PairwiseDistance()(a, b), nn.TripletMarginLoss()(a, b, c)
nn.CosineEmbeddingLoss()(a, b, torch.tensor([1, -1, 1, -1])), nn.MarginRankingLoss(margin=0.1)(a[:, 0], b[:, 0], torch.tensor([1, -1, 1, -1]))
nn.GaussianNLLLoss()(y_hat, y, torch.ones(5)), nn.MultiMarginLoss()(scores, labels), nn.MultiLabelSoftMarginLoss()(scores, (torch.randn(4, 3) > 0).float())
nn.CTCLoss(), nn.TripletMarginWithDistanceLoss(), nn.MultiLabelMarginLoss()
nn.BCELoss()(torch.tensor([1.5]), torch.tensor([1.0]))
nn.CrossEntropyLoss()(scores, torch.tensor([0, 1]))
nn.CrossEntropyLoss()(scores, torch.tensor([0, 1, 2, 3]))
nn.BCELoss()(p, t.reshape(5, 1))
nn.MSELoss()(y_hat.reshape(5, 1), y)
