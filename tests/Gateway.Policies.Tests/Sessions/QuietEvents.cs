using Gateway.Policies.Sessions;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>For tests where nobody remembers anything.</summary>
internal sealed class QuietEvents : ISessionEvents
{
    public ValueTask TellAsync(IReadOnlyList<string> keys) => ValueTask.CompletedTask;
}
