namespace Pipelines.Sockets.Unofficial.Tests.Redis;

/// <summary>Ways for the client to reach the server, each through other parts of the stand-in.</summary>
public enum Transport
{
    Resp2,
    Resp3,
    Resp2OverTls12,
    Resp3OverTls13,

    /// <summary>Without the dedicated scheduler.</summary>
    ThreadPool,

    UnixSocket,
}
