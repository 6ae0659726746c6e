"""JupyterLab's line to the kernel without Nagle's algorithm, which makes a live figure wait for some 25 ms.

A key brings two messages from the kernel: "busy" at once, and soon the picture. TCP holds a second small message back
until the first is acknowledged, and the browser acknowledges after up to 40 ms. Jupyter's server leaves that on.
"""

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class Prompt(ZMQChannelsWebsocketConnection):
    """Every message goes out at once."""

    def connect(self):
        """Open the channels to the kernel."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
