"""Who is told of an alert, in which words and through which channel, and what was told before."""

from toolkit.notify.channels import Channels, load_channels
from toolkit.notify.messages import Message, compose
from toolkit.notify.routes import routes
from toolkit.notify.send import deliver, send

__all__ = ["Channels", "Message", "compose", "deliver", "load_channels", "routes", "send"]
