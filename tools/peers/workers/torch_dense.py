"""PyTorch, eager: dense layers on a dense matrix; index_select gathers the batches."""

import common
import numpy as np
import torch
from torch.nn import functional


class Dense(common.Peer):
    versions = {"torch": torch.__version__, "numpy": np.__version__}

    def __init__(self, name, threads):
        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        torch.set_flush_denormal(True)
        self.about = common.EXPERIMENTS[name]
        self.load(name)
        self.order = torch.Generator().manual_seed(1)

    def load(self, name):
        data = common.load(name)
        self.inputs = data.x.shape[1]
        self.x, self.x_val = torch.from_numpy(data.x), torch.from_numpy(data.x_val)
        self.take_targets(data)

    def take_targets(self, data):
        targets = [torch.from_numpy(y) for y in (data.y, data.y_val)]
        self.y, self.y_val = [y.long() if self.about.loss == "categorical" else y for y in targets]

    def first_layer(self, kernel, bias):
        return linear(kernel, bias)

    def reset(self):
        (kernel, bias), *others = common.first_weights(self.inputs, self.about.units)
        layers = [self.first_layer(kernel, bias)]
        for kernel, bias in others:
            layers += [torch.nn.ReLU(), linear(kernel, bias)]
        self.model = torch.nn.Sequential(*layers)
        self.optimizer = torch.optim.RMSprop(
            self.model.parameters(), lr=1e-3, alpha=0.9, eps=1e-7, foreach=True
        )

    def loss(self, out, y):
        if self.about.loss == "binary":
            return functional.binary_cross_entropy_with_logits(out[:, 0], y)
        if self.about.loss == "categorical":
            return functional.cross_entropy(out, y)
        return functional.mse_loss(out[:, 0], y)

    def right(self, out, y):
        """The number of correct predictions, or the sum of the absolute errors if the loss is mse."""
        if self.about.loss == "binary":
            return ((out[:, 0] > 0) == (y > 0.5)).sum()
        if self.about.loss == "categorical":
            return (out.argmax(1) == y).sum()
        return (out[:, 0] - y).abs().sum()

    def batches(self, order):
        """(x, y) of every batch, with the samples in this order."""
        for rows in order.split(self.about.batch):
            yield self.x.index_select(0, rows), self.y.index_select(0, rows)

    def epoch(self):
        loss_sum, right = torch.zeros(()), torch.zeros(())
        for x, y in self.batches(torch.randperm(len(self.y), generator=self.order)):
            out = self.model(x)
            loss = self.loss(out, y)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
            with torch.no_grad():
                loss_sum += loss.detach() * len(y)
                right += self.right(out, y)
        logs = {"loss": loss_sum / len(self.y), "accuracy": right / len(self.y)}
        if self.about.validates:
            with torch.inference_mode():
                out = self.model(self.x_val)
                logs["val_loss"] = self.loss(out, self.y_val)
                logs["score"] = self.right(out, self.y_val) / len(self.y_val)
        return logs

    def score(self):
        with torch.inference_mode():
            return float(self.right(self.model(self.x_val), self.y_val) / len(self.y_val))


def linear(kernel, bias):
    layer = torch.nn.Linear(*kernel.shape)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(kernel.T))
        layer.bias.copy_(torch.from_numpy(bias))
    return layer


if __name__ == "__main__":
    common.serve(Dense)
