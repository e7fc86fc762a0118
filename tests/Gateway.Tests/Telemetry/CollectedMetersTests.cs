using System.Reflection;
using Gateway.Policies.Access;
using Gateway.Telemetry;
using Xunit;

namespace Gateway.Tests.Telemetry;

public sealed class CollectedMetersTests
{
    [Fact]
    public void Meters_OfEveryClassOfMetrics_AreCollected()
    {
        string[] own = [.. new[] { typeof(TelemetryExport).Assembly, typeof(AccessMetrics).Assembly }
            .SelectMany(static assembly => assembly.GetTypes())
            .Select(static type => type.GetField("MeterName", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue())
            .OfType<string>()];

        Assert.NotEmpty(own);
        Assert.Equal(own.Order(), TelemetryExport.Meters.Where(static name => name.StartsWith("Gateway.", StringComparison.Ordinal)).Order());
    }
}
