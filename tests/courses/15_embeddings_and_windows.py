# A word window classifier: vocabulary, padding, collate function, embedding, training.
from functools import partial

import torch
import torch.nn as nn
from torch.utils.data import DataLoader

corpus = ["We travel to Oslo in winter", "The train leaves Lima at noon", "She studies law in Accra now",
          "Nobody here likes cold soup", "My aunt moved from Quito"]
corpus = [sentence.lower().split() for sentence in corpus]
places = {"oslo", "lima", "accra", "quito"}
labels = [[1 if word in places else 0 for word in sentence] for sentence in corpus]
labels
vocabulary = set(w for s in corpus for w in s)
vocabulary.add("<unk>")
vocabulary.add("<pad>")
len(vocabulary)


def pad_window(sentence, window_size, pad_token="<pad>"):
    window = [pad_token] * window_size
    return window + sentence + window


pad_window(corpus[0], 2)
ix_to_word = sorted(list(vocabulary))
word_to_ix = {word: ind for ind, word in enumerate(ix_to_word)}
ix_to_word[:6], word_to_ix["oslo"]


def to_ids(sentence, word_to_ix):
    return [word_to_ix.get(token, word_to_ix["<unk>"]) for token in sentence]


to_ids(["we", "love", "oslo"], word_to_ix)
embeds = nn.Embedding(len(vocabulary), 5)
embeds, list(embeds.parameters())[0].shape
embeds(torch.tensor(word_to_ix["oslo"], dtype=torch.long)), embeds(torch.tensor([[0, 1], [2, 0]])).shape
nn.Embedding(4, 2, padding_idx=0).weight[0], nn.Embedding.from_pretrained(torch.eye(2))(torch.tensor([1, 0]))
embeds(torch.tensor([99]))
embeds(torch.tensor([0.5]))
nn.EmbeddingBag(4, 2, mode="sum"), nn.Embedding(3, 2, max_norm=1.0)


def collate(batch, window_size, word_to_ix):
    x, y = zip(*batch)
    x = [torch.LongTensor(to_ids(pad_window(s, window_size), word_to_ix)) for s in x]
    x_padded = nn.utils.rnn.pad_sequence(x, batch_first=True, padding_value=word_to_ix["<pad>"])
    lengths = torch.LongTensor([len(label) for label in y])
    y_padded = nn.utils.rnn.pad_sequence([torch.LongTensor(label) for label in y], batch_first=True, padding_value=0)
    return x_padded, y_padded, lengths


data = list(zip(corpus, labels))
loader = DataLoader(data, batch_size=2, shuffle=True, collate_fn=partial(collate, window_size=2, word_to_ix=word_to_ix))
for counter, (xs, ys, lengths) in enumerate(loader):
    print(counter, xs.shape, ys, lengths)
xs.unfold(1, 5, 1).shape


class WindowClassifier(nn.Module):
    def __init__(self, hyper, vocab_size, pad_ix=0):
        super(WindowClassifier, self).__init__()
        """ instance variables """
        self.window_size = hyper["window_size"]
        self.embeds = nn.Embedding(vocab_size, hyper["embed_dim"], padding_idx=pad_ix)
        if hyper["freeze"]:
            self.embeds.weight.requires_grad = False
        full = 2 * self.window_size + 1
        self.hidden = nn.Sequential(nn.Linear(full * hyper["embed_dim"], hyper["hidden"]), nn.Tanh())
        self.output = nn.Linear(hyper["hidden"], 1)

    def forward(self, inputs):
        B, L = inputs.size()
        token_windows = inputs.unfold(1, 2 * self.window_size + 1, 1)
        _, adjusted, _ = token_windows.size()
        assert token_windows.size() == (B, adjusted, 2 * self.window_size + 1)
        windows = self.embeds(token_windows).view(B, adjusted, -1)
        return torch.sigmoid(self.output(self.hidden(windows))).view(B, -1)


def loss_function(outputs, labels, lengths):
    return nn.BCELoss()(outputs, labels.float()) / lengths.sum().float()


hyper = {"window_size": 2, "embed_dim": 8, "hidden": 10, "freeze": False}
model = WindowClassifier(hyper, len(word_to_ix), word_to_ix["<pad>"])
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
model, optimizer
for epoch in range(4):
    total = 0
    for x, y, n in loader:
        optimizer.zero_grad()
        loss = loss_function(model(x), y, n)
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(f"epoch {epoch}: {total:.4f}")
with torch.no_grad():
    for x, y, n in DataLoader(data, batch_size=1, collate_fn=partial(collate, window_size=2, word_to_ix=word_to_ix)):
        print(y, model(x))
