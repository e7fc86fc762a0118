using System.Diagnostics.Metrics;
using System.Text;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.Memory;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>Look-ups of one policy on a clock the test moves, over a store whose answers it gives.</summary>
internal sealed class LookupSetup
{
    private static readonly SessionMetrics Metrics =
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    public LookupSetup(SessionPolicy policy, ISessionStore? store = null)
    {
        Lookups = new SessionLookups(store ?? Store, new PartitionSecret(), Metrics, Time);
        Lookup = Lookups.Of(policy);
    }

    public SteppedTime Time { get; } = new();

    public ScriptedStore Store { get; } = new();

    public SessionLookups Lookups { get; }

    public SessionLookup Lookup { get; }

    public SeenSession? Recall(string token = "abc") => Lookup.Recall(Find(token));

    public ValueTask<SessionVerdict> ReadAsync(string token = "abc") => Lookup.Begin(Find(token), new WaitBudget()).Verdict;

    public void Answer(string? record, TimeSpan? timeToLive = null)
    {
        SessionRead? read = record switch
        {
            null => null,
            "" => new SessionRead(SessionReadKind.Missing),
            _ => new SessionRead(SessionReadKind.Found, Encoding.UTF8.GetBytes(record), timeToLive),
        };
        Store.Answer = () => Task.FromResult(read);
    }

    public FoundToken Find(string token)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = $"Bearer {token}";
        return Lookup.Find(context.Request);
    }
}
