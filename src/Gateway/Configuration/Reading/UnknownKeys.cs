using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;

namespace Gateway.Configuration.Reading;

/// <summary>The mistake of a key that nothing reads: left alone, a misspelt limit would simply not be there.</summary>
internal static class UnknownKeys
{
    public static void Report(SettingNode unknown, IEnumerable<string> known, MistakeList mistakes) =>
        mistakes.Add(new ConfigMistake(
            unknown.KeyOrigin,
            unknown.Path,
            $"\"{unknown.Key}\" is not a key here",
            List(known),
            NearestName.Of(unknown.Key, known)));

    /// <summary>Names for a message: <c>Limit, Window, PartitionBy</c>.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names);
}
