using Harness.Servers;

namespace Harness.Measuring;

/// <summary>A server that does a row's job, and the load that makes it do so.</summary>
/// <param name="Name">As the table calls it.</param>
/// <param name="Start">Starts the server.</param>
/// <param name="Load">What it is asked for.</param>
/// <param name="IsHere">False: not installed, left out.</param>
internal sealed record Contender(string Name, Func<Site, Task<Server>> Start, Load Load, bool IsHere = true)
{
    /// <summary>Seconds of its load before anything is measured, where it is a .NET program: until most hot methods are compiled for good.</summary>
    public int WarmUp { get; init; } = Rounds.ManagedWarmUp;

    /// <summary>Seconds of its load right before each of its rounds: for what takes longer to settle than a round, and is lost while others are measured.</summary>
    public int LeadIn { get; init; }
}
