using Gateway.Policies.RateLimiting.RoundTrips;

namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>News between gateways of one process; what is lost is up to the test.</summary>
internal sealed class LocalNews : IPartitionNews
{
    private readonly List<(Action<UInt128> Reset, Action Lost)> _listeners = [];

    public bool IsHeard { get; set; } = true;

    public void Listen(Action<UInt128> reset, Action lost) => _listeners.Add((reset, lost));

    public Task TellResetAsync(UInt128 partition)
    {
        _listeners.ForEach(listener => listener.Reset(partition));
        return Task.CompletedTask;
    }

    public void Lose()
    {
        IsHeard = false;
        _listeners.ForEach(listener => listener.Lost());
    }
}
