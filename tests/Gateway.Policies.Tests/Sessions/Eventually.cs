using Xunit;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>Waits on a condition, for as long as a loaded machine may need and no longer.</summary>
internal static class Eventually
{
    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(15), $"Not within 15 s: {what}");
            await Task.Delay(10);
        }
    }
}
