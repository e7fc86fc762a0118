using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Semantics;

public sealed class SteeringFieldsTests
{
    public static TheoryData<string> Names => [.. SteeringFields.Overrides, .. SteeringFields.Keyed];

    [Theory]
    [MemberData(nameof(Names))]
    public void AreIn_OneInWhateverCase_IsFoundAmongOthers(string name)
    {
        var request = new HeaderDictionary { ["Host"] = "shop.example", ["X-Key"] = "k", [name.ToUpperInvariant()] = "", ["Accept"] = "*/*" };
        Assert.True(SteeringFields.AreIn(request));
    }

    [Fact]
    public void AreIn_OnlyOthers_IsFalse()
    {
        var request = new HeaderDictionary { ["Host"] = "shop.example", ["X-Forwarded-For"] = "10.0.0.1", ["X-Hosts"] = "a", ["X-HTTP"] = "b", ["From"] = "c" };
        Assert.False(SteeringFields.AreIn(request));
    }
}
