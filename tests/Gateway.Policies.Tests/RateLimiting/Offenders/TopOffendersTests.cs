using System.Globalization;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Offenders;
using Gateway.Policies.Tests.RateLimiting.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Offenders;

/// <summary>Who is rejected most, seen through the operators' view.</summary>
public sealed class TopOffendersTests
{
    [Fact]
    public async Task Top_ByAddress_IsReadableAndInOrder()
    {
        RateLimitPolicy policy = Routes.Limit("per-client", 1, 600, "ClientIp", "Route");
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.BehindProxy(policy));
        await SendAsync(app, 3, ("X-Forwarded-For", "198.51.100.1"));
        await SendAsync(app, 6, ("X-Forwarded-For", "2001:db8::1"));
        await SendAsync(app, 1, ("X-Forwarded-For", "198.51.100.3"));

        Assert.Equal([("2001:db8::/64|orders", 5L), ("198.51.100.1|orders", 2L)], Top(app, policy).Select(offender => (offender.Label, offender.Rejected)));
    }

    [Theory]
    [InlineData("Header:X-Api-Key", "X-Api-Key", "hunter2-key")]
    [InlineData("Cookie:sid", "Cookie", "sid=hunter2-cookie")]
    public async Task Top_ByCredential_ShowsAHashThatOperatorsCanUse(string part, string header, string value)
    {
        RateLimitPolicy policy = Routes.Limit("per-key", 1, 600, part);
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.With(policy));
        await SendAsync(app, 4, (header, value));

        Offender offender = Assert.Single(Top(app, policy));
        Assert.Matches("^(Header|Cookie)…[0-9a-f]{8}$", offender.Label);
        PartitionUsage? usage = await app.Services.GetRequiredService<RateLimitAdmin>().GetAsync(policy, RateLimitAdmin.Id(offender.Partition));
        Assert.Equal(1, usage!.Used);
    }

    [Fact]
    public async Task Top_ByWhatAClientWrites_SteersNoTerminal()
    {
        RateLimitPolicy policy = Routes.Limit("per-path", 1, 600, "Path");
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.With(policy));
        await app.GetAsync("/%1b%5b2J" + new string('x', 500));
        await app.GetAsync("/%1b%5b2J" + new string('x', 500));

        string label = Assert.Single(Top(app, policy)).Label;
        Assert.StartsWith("/?[2jxx", label, StringComparison.Ordinal);
        Assert.InRange(label.Length, 100, 130);
    }

    [Fact]
    public async Task Top_OfALimitThatRejectsNobody_IsEmpty()
    {
        RateLimitPolicy policy = Routes.Limit("per-client", 10, 600);
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.With(policy));
        await SendAsync(app, 5);

        Assert.Empty(Top(app, policy));
    }

    private static IReadOnlyList<Offender> Top(LimitedApp app, RateLimitPolicy policy) => app.Services.GetRequiredService<RateLimitAdmin>().Top(policy, 10);

    private static async Task SendAsync(LimitedApp app, int times, params (string, string)[] headers)
    {
        for (int i = 0; i < times; i++)
        {
            await app.GetAsync("/" + i.ToString(CultureInfo.InvariantCulture), headers);
        }
    }
}
