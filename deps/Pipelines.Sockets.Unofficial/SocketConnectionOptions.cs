namespace Pipelines.Sockets.Unofficial;

/// <summary>Ways to trade memory for calls; any value is accepted and ignored.</summary>
[Flags]
public enum SocketConnectionOptions
{
    None = 0,
}
