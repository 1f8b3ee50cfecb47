"""The names of torch.nn.functional: a list, not a program; a module is loaded when one of its names is used."""
from .composed import (
    celu_, ctc_loss, elu_, gumbel_softmax, hardtanh_, leaky_relu_, lp_pool1d, lp_pool2d, lp_pool3d,
    multi_head_attention_forward, relu_, selu_, threshold_, triplet_margin_with_distance_loss,
)
