using System.Reflection;

namespace Harness.Servers;

/// <summary>Configuration files of the peers: embedded texts with <c>{names}</c> to fill in.</summary>
internal static class Template
{
    public static string Fill(string name, params (string Name, object Value)[] values)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        string text = reader.ReadToEnd();
        foreach ((string key, object value) in values)
        {
            text = text.Replace("{" + key + "}", value.ToString(), StringComparison.Ordinal);
        }

        return text;
    }
}
