//! The connectors against their simulators, over real sockets.

mod bench;
mod mock_mode;
