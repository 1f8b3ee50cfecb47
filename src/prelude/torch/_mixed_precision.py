"""Names of `torch.amp` that `torch` has too."""
import torch.amp

autocast = torch.amp.autocast
GradScaler = torch.amp.GradScaler
