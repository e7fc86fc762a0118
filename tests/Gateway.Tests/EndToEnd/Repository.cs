namespace Gateway.Tests.EndToEnd;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Gateway.sln")) ? folder : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Gateway.sln not found above the tests."));
}
