namespace Gateway.Testing;

/// <summary>What a <see cref="TcpRelay"/> does with the bytes it is given.</summary>
public enum RelayMode
{
    /// <summary>Passes them on, after <see cref="TcpRelay.Delay"/>.</summary>
    Pass,

    /// <summary>Half-open: connections stand, new ones are accepted, and no byte moves. What was held goes on with <see cref="Pass"/>.</summary>
    Hold,

    /// <summary>Reads and throws away. Connections that lost bytes are ended with <see cref="Pass"/>.</summary>
    Drop,

    /// <summary>A partition: what is open is cut, what connects is cut at once.</summary>
    Cut,
}
