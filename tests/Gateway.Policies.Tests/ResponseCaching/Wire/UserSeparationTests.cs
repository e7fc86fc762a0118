using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

/// <summary>
/// Nobody is ever given what was made for another, whatever the policy, the response's directives, the kind of credentials, and the order
/// and overlap of requests: random histories of three users against a real gateway.
/// </summary>
public sealed class UserSeparationTests : IAsyncLifetime
{
    /// <summary>The histories are as many as fit; a busy machine runs fewer, but enough to show something.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);

    private static readonly CachePolicy[] Policies =
    [
        new(), new() { PerUser = true }, new() { Shared = true }, new() { Heuristic = true, Ttl = TimeSpan.FromSeconds(60) },
        new() { PerUser = true, Ttl = TimeSpan.FromSeconds(60), Override = true, StaleWhileRevalidate = TimeSpan.FromSeconds(60) },
        new() { VaryByCookie = ["id"], Ttl = TimeSpan.FromSeconds(60), StaleIfError = TimeSpan.FromSeconds(60) },
        new() { Shared = true, VaryBySessionField = ["user"], VaryByHeader = ["Authorization"] },
        new() { ClientNoCache = ClientNoCache.Ignore, MinUses = 2 },
    ];

    private readonly SteppedTime _time = new();
    private PersonalDestination _destination = null!;
    private CacheHost[] _gateways = [];
    private int _histories;
    private int _hits;
    private int _personalHits;

    public async ValueTask InitializeAsync()
    {
        _time.Advance(TimeSpan.FromDays(20_000));
        _destination = await PersonalDestination.StartAsync();
        _gateways = await Task.WhenAll(Policies.Select(policy => CacheHost.StartAsync(
            policy, _destination.Address, services => services.AddSingleton<TimeProvider>(_time), before: SetSession)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (CacheHost gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        await _destination.DisposeAsync();
    }

    [Fact]
    public void Response_MadeForAUser_NeverReachesAnother()
    {
        long began = TimeProvider.System.GetTimestamp();
        Prop.ForAll(
                Histories(),
                async history => (TimeProvider.System.GetElapsedTime(began) > Budget && ShowSomething) || await IsSeparateAsync(history))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

        Assert.True(ShowSomething, $"{_histories} histories, {_hits} hits, {_personalHits} of them personal");
    }

    private bool ShowSomething => Volatile.Read(ref _hits) > 10 && Volatile.Read(ref _personalHits) > 0;

    private static Arbitrary<(int Policy, PersonalScript[] Scripts, PersonalStep[] Steps)> Histories()
    {
        var scripts = from control in Gen.Elements(PersonalScript.CacheControls)
                      from vary in Gen.Elements(PersonalScript.Varies)
                      from cookie in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
                      from tag in Gen.Elements(true, false)
                      select new PersonalScript(control, vary, cookie, tag);
        var identities = from user in Gen.Elements("ann", "bob", "cid")
                         from kind in Gen.Elements(IdentityKind.Session, IdentityKind.Authorization, IdentityKind.Cookie)
                         select new PersonalIdentity(user, kind);
        var steps = from identity in Gen.Frequency((5, identities.Select(PersonalIdentity? (known) => known)), (1, Gen.Constant<PersonalIdentity?>(null)))
                    from method in Gen.Frequency((8, Gen.Constant("GET")), (1, Gen.Constant("HEAD")), (1, Gen.Constant("POST")))
                    from path in Gen.Choose(0, 1)
                    from asks in Gen.Frequency(
                        (5, Gen.Constant("")),
                        (4, Gen.Elements("Cache-Control: no-cache", "Cache-Control: max-stale", "Cache-Control: only-if-cached", "If-None-Match: \"ann\", \"bob\"", "Range: bytes=0-5", "Range: bytes=6-99", "Accept: a/b")))
                    from wait in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Elements(2, 90)))
                    from withNext in Gen.Elements(true, false)
                    select new PersonalStep(identity, method, path, asks, wait, withNext);
        return (from policy in Gen.Choose(0, Policies.Length - 1)
                from several in Gen.Choose(1, 3)
                from said in scripts.ArrayOf(several)
                from length in Gen.Choose(2, 14)
                from done in steps.ArrayOf(length)
                select (policy, said, done)).ToArbitrary();
    }

    private async Task<bool> IsSeparateAsync((int Policy, PersonalScript[] Scripts, PersonalStep[] Steps) history)
    {
        int number = Interlocked.Increment(ref _histories);
        _destination.On($"/{number}/0", Policies[history.Policy], history.Scripts);
        _destination.On($"/{number}/1", Policies[history.Policy], [.. history.Scripts.Reverse()]);
        var together = new List<Task<bool>>();
        foreach (PersonalStep step in history.Steps)
        {
            _time.Advance(TimeSpan.FromSeconds(step.Wait));
            together.Add(IsTheirsAsync(_gateways[history.Policy], $"/{number}/{step.Path}", step));
            if (!step.WithNext)
            {
                await Task.WhenAll(together);
            }
        }

        return (await Task.WhenAll(together)).All(theirs => theirs);
    }

    private async Task<bool> IsTheirsAsync(CacheHost gateway, string path, PersonalStep step)
    {
        Answer answer = await gateway.SendAsync(step.Method, path, [.. new[] { step.Identity?.Line ?? "", step.Asks }.Where(line => line.Length > 0)]);
        string whom = answer.Fields.GetValueOrDefault("X-For", PersonalDestination.Everyone);
        Interlocked.Add(ref _hits, answer.IsHit ? 1 : 0);
        Interlocked.Add(ref _personalHits, answer.IsHit && whom != PersonalDestination.Everyone ? 1 : 0);
        return IsFor(whom, step)
            && (answer.Status != 200 || answer.Body.Length == 0 || answer.Body == $"for {whom}")
            && (answer.Status != 206 || $"for {whom}".Contains(answer.Body, StringComparison.Ordinal))
            && (!answer.Fields.TryGetValue("Set-Cookie", out string? cookie) || IsFor(cookie[3..], step));
    }

    private static bool IsFor(string whom, PersonalStep step) => whom == PersonalDestination.Everyone || whom == step.Identity?.User;

    private static void SetSession(HttpContext context)
    {
        if (context.Request.Headers.TryGetValue("X-Session", out var user))
        {
            GatewayRequest.Of(context).Session = new UserSession(user.ToString());
        }
    }

    private sealed class UserSession(string user) : RequestSession
    {
        public override UInt128 Id => (UInt128)user.GetHashCode(StringComparison.Ordinal);

        public override string? User => user;

        public override string? Field(string name) => name == "user" ? user : null;
    }
}
