namespace Pipelines.Sockets.Unofficial.Tests.Redis;

/// <summary>A conversation with the server reads the same over every transport.</summary>
public sealed class EveryTransport : TheoryData<Transport>
{
    public EveryTransport() => AddRange(Enum.GetValues<Transport>());
}
