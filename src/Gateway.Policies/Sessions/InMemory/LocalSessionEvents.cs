namespace Gateway.Policies.Sessions.InMemory;

/// <summary>For one gateway without Redis: nobody else to tell.</summary>
internal sealed class LocalSessionEvents(SessionLookups lookups) : ISessionEvents
{
    public ValueTask TellAsync(IReadOnlyList<string> keys)
    {
        foreach (string key in keys)
        {
            lookups.Forget(key);
        }

        return ValueTask.CompletedTask;
    }
}
