using Harness;
using Xunit;

namespace Gateway.Benchmarks.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Parse_OfOptionsThatTheCommandHas_TakesThem()
    {
        Options options = Options.Parse(Usage.Growth, ["--only", "routes,limits", "--largest", "1000", "--install", "--rounds", "7"], rounds: 3)!;

        Assert.Equal((7, 1000, true), (options.Rounds, options.Largest, options.Install));
        Assert.True(options.Wants("limits"));
        Assert.False(options.Wants("sessions"));
    }

    [Theory]
    [InlineData("--minutes", "3")]
    [InlineData("--rounds", "none")]
    [InlineData("--rounds", null)]
    [InlineData("--faster", "1")]
    public void Parse_OfWhatTheCommandDoesNotHave_IsRefused(string option, string? value) =>
        Assert.Null(Options.Parse(Usage.Growth, value is null ? [option] : [option, value], rounds: 3));
}
